"""Clocks for tests and the simulation: time passes only by explicit calls."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class FixedClock:
    """Returns the same moment until `advance`."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        """Returns the present moment."""
        return self._now

    def advance(self, **by: float) -> datetime:
        """Advances the time by arguments of `timedelta` (`seconds=3`) and returns the new moment."""
        self._now += timedelta(**by)
        return self._now


class AdvancingClock(FixedClock):
    """Advances by `step_ms` with every reading, so that all moments differ."""

    def __init__(self, now: datetime = START, step_ms: int = 1) -> None:
        super().__init__(now)
        self._step = timedelta(milliseconds=step_ms)

    def now(self) -> datetime:
        """Returns the present moment, `step_ms` after the previous one."""
        self._now += self._step
        return self._now
