"""The goals of the design, each with where its value is found. Called once per measurement."""

from collections.abc import Callable, Sequence
from math import isfinite, isnan, nan

import msgspec

from bench.measure.groups import PRODUCT
from bench.measure.result import GoalCheck, Measurement


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """`value` at most (or at least) `bound`; units are in `what`. An optional one is left out where
    nothing was measured."""

    what: str
    value: Callable[[Measurement], float]
    bound: float
    is_at_least: bool = False
    is_optional: bool = False

    def check(self, measurement: Measurement) -> GoalCheck:
        """The goal beside the value."""
        value = self.value(measurement)
        is_met = value >= self.bound if self.is_at_least else value <= self.bound
        shown = round(value, 3) if isfinite(value) else None
        sign = "≥" if self.is_at_least else "≤"
        return GoalCheck(what=self.what, goal=f"{sign} {self.bound:,g}", value=shown, is_met=is_met)


def _least(what: str, value: Callable[[Measurement], float], bound: float) -> Goal:
    return Goal(what=what, value=value, bound=bound, is_at_least=True)


def _most(what: str, value: Callable[[Measurement], float], bound: float) -> Goal:
    return Goal(what=what, value=value, bound=bound)


def _ops(measurement: Measurement) -> float:
    return measurement.ops_per_s


def _ms(name: str) -> Callable[[Measurement], float]:
    def value(measurement: Measurement) -> float:
        missing = nan
        return missing if measurement.latency_ms is None else getattr(measurement.latency_ms, name)

    return value


def _figure(name: str) -> Callable[[Measurement], float]:
    return lambda measurement: measurement.figures.get(name, nan)


def _product_cpu(measurement: Measurement) -> float:
    return sum(measurement.cpu_us.get(group, nan) for group in PRODUCT)


def _errors(measurement: Measurement) -> float:
    return measurement.errors


NO_ERRORS = _most("errors", _errors, 0)

GOALS: dict[str, Sequence[Goal]] = {
    "create_1": (_most("p50 ms", _ms("p50"), 5),),
    "create_128": (
        _least("creates/s", _ops, 3_000),
        _most("p99 ms", _ms("p99"), 100),
        _most("CPU µs, services + mongod", _product_cpu, 450),
    ),
    "create_128_busy": (
        _least("creates/s", _ops, 3_000),
        _most("p99 ms", _ms("p99"), 100),
    ),
    "settle": (
        _least("highest sustained refunds/s", _figure("highest_sustained_per_s"), 1_000),
        _most("relay lag s", _figure("relay_lag_max_s"), 2),
        _most("CPU µs, services + mongod", _product_cpu, 1_000),
        _most("asked for, not completed", _figure("not_completed"), 0),
    ),
    "read": (_least("reads/s", _ops, 5_000), _most("p95 ms", _ms("p95"), 30)),
    "hot": (
        _least("accepted/s", _ops, 500),
        _most("held more than accepted", _figure("held_minus_accepted"), 0),
        _least("held less than accepted", _figure("held_minus_accepted"), 0),
    ),
    "beside_hot": (_least("others' creates to those beside ordinary ones", _figure("rate_to_ordinary"), 0.9),),
    "beside_used_keys": (_least("others' creates to those beside ordinary ones", _figure("rate_to_ordinary"), 0.9),),
    "beside_one_used_key": (_least("others' creates to those beside ordinary ones", _figure("rate_to_ordinary"), 0.9),),
    "resolve_in_process": (_most("µs", _figure("resolve_us"), 5),),
    "resolve_http": (_least("resolutions/s", _ops, 8_000),),
    "memory": (
        _most("all Python MB, peak of all runs", _figure("python_peak_of_all_runs_mb"), 400),
        Goal(
            what="growth MB/min, services + launcher",
            value=_figure("product_slope_mb_per_min"),
            bound=5,
            is_optional=True,
        ),
    ),
    "start_fresh": (_most("s", _figure("start_s"), 4),),
    "start_existing": (_most("s", _figure("start_s"), 4),),
}


def with_goals(measurement: Measurement) -> Measurement:
    """The measurement with its goals checked; no errors is a goal of all."""
    goals = (NO_ERRORS, *GOALS.get(measurement.name, ()))
    wanted = [g for g in goals if not (g.is_optional and isnan(g.value(measurement)))]
    checks = [goal.check(measurement) for goal in wanted]
    return msgspec.structs.replace(measurement, goals=checks)
