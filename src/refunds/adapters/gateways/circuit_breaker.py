"""A circuit breaker per gateway and operation: after too many failures in a row it rests, then lets one call through.

Own code, forty lines: the maintained libraries wrap calls with their own exceptions and threads, while here a failure
is an ordinary result and time is handed in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Line:
    failures: int = 0
    open_until: float = 0.0


@dataclass(slots=True, kw_only=True)
class CircuitBreaker:
    """`seconds` is a monotonic clock. Open after `failures_max` in a row, for `rest_s`."""

    seconds: Callable[[], float]
    failures_max: int = 50
    rest_s: float = 2.0
    _lines: dict[str, _Line] = field(default_factory=dict)

    def may_call(self, operation: str) -> bool:
        """Whether a call may go out now; after the rest one, and one more a rest until one succeeds.

        A probe that is never heard of (canceled, say) is so followed by another.
        """
        line = self._lines.setdefault(operation, _Line())
        if line.failures < self.failures_max:
            return True
        now = self.seconds()
        if now < line.open_until:
            return False
        line.open_until = now + self.rest_s
        return True

    def record(self, operation: str, *, is_good: bool) -> None:
        """Tells how a call ended."""
        line = self._lines.setdefault(operation, _Line())
        if is_good:
            line.failures = 0
            return
        line.failures += 1
        if line.failures >= self.failures_max:
            line.open_until = self.seconds() + self.rest_s

    def is_open(self, operation: str) -> bool:
        """Whether the operation is resting."""
        line = self._lines.get(operation)
        return line is not None and line.failures >= self.failures_max
