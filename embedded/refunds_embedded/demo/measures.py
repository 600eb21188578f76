"""Durations of calls by operation, as nearest-rank percentiles, and calls per second."""

import math
from collections import defaultdict
from collections.abc import Sequence

import msgspec


class Measure(msgspec.Struct, kw_only=True, frozen=True):
    """One operation. `per_s` is calls per second over the duration of its stage."""

    operation: str
    calls: int
    repeated: int
    per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class Stopwatch:
    """Collects the calls of a run."""

    def __init__(self) -> None:
        self._elapsed_s: dict[str, list[float]] = defaultdict(list)
        self._repeated: dict[str, int] = defaultdict(int)
        self._stage_s: dict[str, float] = defaultdict(float)

    def record(self, operation: str, elapsed_s: float, tries: int) -> None:
        """Adds one call."""
        self._elapsed_s[operation].append(elapsed_s)
        self._repeated[operation] += tries - 1

    def spent(self, operation: str, elapsed_s: float) -> None:
        """Adds the time in which the concurrent calls of an operation were made."""
        self._stage_s[operation] += elapsed_s

    def measures(self) -> tuple[Measure, ...]:
        """Returns all operations, in the order of their first call."""
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
    """Returns the nearest-rank percentile of ascending values; 0.0 if there are none."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
