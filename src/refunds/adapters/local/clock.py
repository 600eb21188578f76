"""Provides the system clock. Only this module and `adapters.local.ids` read the machine's time."""

from datetime import UTC, datetime


class SystemClock:
    """Returns the time in UTC, cut to milliseconds because the database stores milliseconds."""

    def now(self) -> datetime:
        """Returns the current time."""
        present = datetime.now(UTC)
        return present.replace(microsecond=present.microsecond // 1000 * 1000)
