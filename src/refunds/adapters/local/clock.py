"""The real clock: the only place, with `adapters.local.ids`, that asks the machine for the time."""

from datetime import UTC, datetime


class SystemClock:
    """Aware UTC, cut to whole milliseconds as the database keeps them."""

    def now(self) -> datetime:
        """The present moment."""
        present = datetime.now(UTC)
        return present.replace(microsecond=present.microsecond // 1000 * 1000)
