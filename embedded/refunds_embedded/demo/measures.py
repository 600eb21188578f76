"""Measures the durations of calls by operation. The results are nearest-rank percentiles and calls per second."""

import math
from collections import defaultdict
from collections.abc import Sequence

import msgspec


class Measure(msgspec.Struct, kw_only=True, frozen=True):
    """The measured durations of one operation.

    `repeated` is the number of calls that were sent again. `per_s` is the number of calls per second during the stages
    in which the operation's calls were made concurrently.
    """

    operation: str
    calls: int
    repeated: int
    per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class Stopwatch:
    """Collects the durations of all calls of one demonstration."""

    def __init__(self) -> None:
        self._elapsed_s: dict[str, list[float]] = defaultdict(list)
        self._repeated: dict[str, int] = defaultdict(int)
        self._stage_s: dict[str, float] = defaultdict(float)

    def record(self, operation: str, elapsed_s: float, tries: int) -> None:
        """Adds one call. `tries` counts how often the call was sent."""
        self._elapsed_s[operation].append(elapsed_s)
        self._repeated[operation] += tries - 1

    def spent(self, operation: str, elapsed_s: float) -> None:
        """Adds the duration of a stage. During a stage, the calls of one operation are made concurrently."""
        self._stage_s[operation] += elapsed_s

    def measures(self) -> tuple[Measure, ...]:
        """Returns the measures of all operations, in the order of their first calls."""
        return tuple(self._measure(name, sorted(spans)) for name, spans in self._elapsed_s.items())

    def _measure(self, operation: str, spans_s: Sequence[float]) -> Measure:
        stage_s = self._stage_s.get(operation, 0.0)
        return Measure(
            operation=operation,
            calls=len(spans_s),
            repeated=self._repeated[operation],
            per_s=round(len(spans_s) / stage_s, 1) if stage_s else 0.0,
            p50_ms=_ms(percentile(spans_s, 50)),
            p95_ms=_ms(percentile(spans_s, 95)),
            p99_ms=_ms(percentile(spans_s, 99)),
            max_ms=_ms(spans_s[-1]),
        )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """Returns the nearest-rank percentile of ascending values, or 0.0 if there are no values."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
