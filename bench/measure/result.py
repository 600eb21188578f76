"""What a run found: the documented shape of `--json`, read back by `compare`."""

import msgspec

from bench.load.plan import LoadResult
from bench.measure.groups import LOAD
from bench.measure.meter import Meter

SCHEMA = "brik-refunds-bench/1"


class LatencyMs(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds."""

    mean: float
    p50: float
    p95: float
    p99: float
    max: float


class GoalCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A goal beside the measured value. `why` says why a failed run met nothing."""

    what: str
    goal: str
    value: float | None
    is_met: bool
    why: str = ""


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """One run of one benchmark. `cpu_us` and `memory_mb` are per operation and peak, by group of
    processes; `others_share` is how much of all cores went to processes of nobody here; `figures`
    holds what only this benchmark has, with the unit at the name's end."""

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
    """Where it ran."""

    cpu: str
    cores: int
    memory_mb: int
    kernel: str
    python: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that `python -m bench --json` prints."""

    schema: str
    started_at: str
    commit: str
    machine: Machine
    measurements: list[Measurement]


def measurement_of(
    name: str, what: str, result: LoadResult, meter: Meter, figures: dict[str, float] | None = None
) -> Measurement:
    """The measurement of a run of the load generator; CPU is shared out over all answers."""
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
