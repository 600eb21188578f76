"""Lists the goals and informative bounds of each measurement. The runner checks them when all cases have run."""

from collections.abc import Mapping, Sequence
from math import nan

import msgspec

from bench.measure.groups import MONGOD, PRODUCT
from bench.measure.result import Measurement
from bench.report.goals import Goal, Value, why_no_goal

ONE, MANY, READ = "raw_one_by_one_1", "raw_one_by_one_64", "raw_read_64"
SQL = "naive_sql_128"


def _least(what: str, value: Value, bound: float, base: str = "", base_value: Value | None = None) -> Goal:
    found = Goal(what=what, value=value, bound=bound, is_at_least=True, base=base, base_value=base_value)
    return msgspec.structs.replace(found, needs_quiet=bool(base))


def _most(what: str, value: Value, bound: float, base: str = "", base_value: Value | None = None) -> Goal:
    is_speed = bool(base) and value is not product_cpu
    return Goal(what=what, value=value, bound=bound, base=base, base_value=base_value, needs_quiet=is_speed)


def _naive(bound: float) -> Goal:
    return Goal(
        what="creates/s", value=ops, bound=bound, is_at_least=True, base=SQL, needs_base=False, needs_quiet=True
    )


def ops(measurement: Measurement) -> float:
    """Operations a second."""
    return measurement.ops_per_s


def product_cpu(measurement: Measurement) -> float:
    """Returns one operation's CPU in µs, for mongod plus the services (or plus the driver, for the raw driver)."""
    first = "driver" if "driver" in measurement.cpu_us else PRODUCT[0]
    return sum(measurement.cpu_us.get(group, nan) for group in (first, MONGOD))


def _ms(name: str) -> Value:
    return lambda measurement: nan if measurement.latency_ms is None else getattr(measurement.latency_ms, name)


def _figure(name: str) -> Value:
    return lambda measurement: measurement.figures.get(name, nan)


SETTLED = _figure("highest_sustained_per_s")
GROWTH = Goal(
    what="growth MB/min, services + launcher",
    value=_figure("product_slope_mb_per_min"),
    bound=5,
    may_be_negative=True,
)
CPU, NONE_LEFT = "CPU, services + mongod", "requested, not completed"
BESIDE = _least("others' creates to those beside ordinary ones", _figure("rate_to_ordinary"), 0.9)

GOALS: Mapping[str, Sequence[Goal]] = {
    "create_1": (_most("p50", _ms("p50"), 2.5, ONE),),
    "create_128": (
        _least("creates/s", ops, 2, MANY),
        _most("p99", _ms("p99"), 2, MANY),
        _most(CPU, product_cpu, 0.45, MANY),
        _naive(10),
    ),
    "create_128_busy": (_least("creates/s", ops, 1, MANY), _naive(5)),
    "settle": (
        _least("highest sustained/s", SETTLED, 0.75, MANY, ops),
        _most(CPU, product_cpu, 1.1, MANY),
        _most(NONE_LEFT, _figure("not_completed"), 0),
    ),
    "read": (_most(CPU, product_cpu, 0.5, READ),),
    "hot": (
        _least("accepted/s", ops, 0.8, ONE),
        _most("held more than accepted", _figure("held_minus_accepted"), 0),
    ),
    "beside_hot": (BESIDE,),
    "beside_used_keys": (BESIDE,),
    "beside_one_used_key": (BESIDE,),
    "overload": (
        _least("goodput to the peak", _figure("goodput_to_peak"), 0.8),
        _most("recovery s", _figure("recovery_s"), 5),
    ),
    "overload_others_beside": (_least("others' goodput to alone", _figure("rate_to_alone"), 0.9),),
    "resolve_http": (_least("resolutions/s", ops, 2, READ),),
}
"""Most goals are ratios to the raw driver in the same run. Goals with the bound 0 count what must not happen."""

INFORMATION: Mapping[str, Sequence[Goal]] = {
    "create_1": (_most("p50 ms", _ms("p50"), 5),),
    "create_128": (_least("creates/s", ops, 3_000), _most("p99 ms", _ms("p99"), 100)),
    "create_128_busy": (_least("creates/s", ops, 3_000), _most("p99 ms", _ms("p99"), 100)),
    "settle": (_least("highest sustained/s", SETTLED, 1_000), _most("relay lag s", _figure("relay_lag_max_s"), 2)),
    "read": (_least("reads/s", ops, 5_000), _most("p95 ms", _ms("p95"), 30)),
    "resolve_in_process": (_most("µs", _figure("resolve_us"), 5),),
    "memory": (
        _most("all Python MB, peak of all runs", _figure("python_peak_of_all_runs_mb"), 400),
        GROWTH,
    ),
    "start_fresh": (_most("s", _figure("start_s"), 4),),
    "start_existing": (_most("s", _figure("start_s"), 4),),
}
"""Bounds that hold on one kind of machine only. They are shown with the machine's name and never count as missed."""


def with_goals(measurement: Measurement, run: Mapping[str, Measurement]) -> Measurement:
    """Adds the checked goals to a measurement. Every measurement has the additional goal that the run was sound."""
    if measurement.name == SQL and not _is_there(measurement):
        return measurement
    why = why_no_goal(measurement)
    sound = Goal(what="errors", value=lambda m: m.errors, bound=0).check(measurement, run)
    if why and sound.value == 0:
        sound = msgspec.structs.replace(sound, what="a sound run", goal="", value=None)
    listed = GOALS.get(measurement.name, ())
    goals = [goal.check(measurement, run) for goal in listed if goal.needs_base or _is_there(run.get(goal.base))]
    informed = [goal.check(measurement, run) for goal in INFORMATION.get(measurement.name, ())]
    return msgspec.structs.replace(measurement, goals=[sound, *goals], information=informed)


def _is_there(base: Measurement | None) -> bool:
    return base is not None and bool(base.operations or base.errors)
