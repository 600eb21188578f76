"""The results of the benchmarks. `--json` prints them in this form, and `compare` reads them."""

import msgspec

from bench.load.plan import LoadResult
from bench.measure.groups import LOAD
from bench.measure.meter import Meter

SCHEMA = "brik-refunds-bench/1"


class LatencyMs(msgspec.Struct, frozen=True, kw_only=True):
    """A summary of latencies in milliseconds."""

    mean: float
    p50: float
    p95: float
    p99: float
    max: float


class GoalCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A goal and the value that was measured. The value is None if nothing was measured."""

    what: str
    goal: str
    value: float | None
    is_met: bool
    why: str = ""


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one benchmark. `cpu_us` is per operation, and `memory_mb` is the highest value.

    Both are by group of processes. `others_share` is the share of all cores that other processes used. `figures` has
    values of this benchmark only, each with its unit at the end of its name.
    """

    name: str
    what: str
    operations: int = 0
    errors: int = 0
    seconds: float = 0.0
    ops_per_s: float = 0.0
    latency_ms: LatencyMs | None = None
    cpu_us: dict[str, float] = {}
    others_share: float = 0.0
    memory_mb: dict[str, float] = {}
    statuses: dict[str, int] = {}
    figures: dict[str, float] = {}
    notes: list[str] = []
    goals: list[GoalCheck] = []
    information: list[GoalCheck] = []


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """The machine on which the benchmarks ran."""

    cpu: str
    cores: int
    memory_mb: int
    kernel: str
    python: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that `python -m bench --json` prints."""

    schema: str
    started_at: str
    commit: str
    machine: Machine
    measurements: list[Measurement]


def measurement_of(
    name: str, what: str, result: LoadResult, meter: Meter, figures: dict[str, float] | None = None
) -> Measurement:
    """Returns the measurement for a result of the load generator. CPU time is divided by the number of answers."""
    answers = max(result.answered, 1)
    cpu = {**meter.cpu_us(), LOAD: result.cpu_us}
    latency = result.latency
    return Measurement(
        name=name,
        what=what,
        operations=result.answered,
        errors=result.errors,
        seconds=round(result.window_s, 3),
        ops_per_s=round(result.ops_per_s, 1),
        latency_ms=LatencyMs(mean=latency.mean, p50=latency.p50, p95=latency.p95, p99=latency.p99, max=latency.max),
        cpu_us={group: round(us / answers, 1) for group, us in cpu.items()},
        others_share=meter.others_share(result.cpu_us),
        memory_mb=meter.memory_mb(),
        statuses={str(status): count for status, count in result.statuses.items()},
        figures=figures or {},
        notes=[result.refused_sample] if result.refused_sample else [],
    )
