"""The system clock. Only this module and `adapters.local.ids` read the machine's time."""

from datetime import UTC, datetime


class SystemClock:
    """Returns aware UTC, truncated to milliseconds like the database's times."""

    def now(self) -> datetime:
        """Returns the present moment."""
        present = datetime.now(UTC)
        return present.replace(microsecond=present.microsecond // 1000 * 1000)
