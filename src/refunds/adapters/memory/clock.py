"""Clocks for tests and the simulation. Their time does not pass by itself."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class FixedClock:
    """Returns the same time until `advance` is called."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        """Returns the current time of this clock."""
        return self._now

    def advance(self, **by: float) -> datetime:
        """Advances the time and returns it. Takes the arguments of `timedelta`, for example `seconds=3`."""
        self._now += timedelta(**by)
        return self._now


class AdvancingClock(FixedClock):
    """Advances by `step_ms` milliseconds at every reading, so no two readings are equal."""

    def __init__(self, now: datetime = START, step_ms: int = 1) -> None:
        super().__init__(now)
        self._step = timedelta(milliseconds=step_ms)

    def now(self) -> datetime:
        """Advances the clock by `step_ms` and returns the new time."""
        self._now += self._step
        return self._now
