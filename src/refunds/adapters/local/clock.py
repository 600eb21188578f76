"""The system clock: only this module and `adapters.local.ids` read the machine's time."""

from datetime import UTC, datetime


class SystemClock:
    """Aware UTC, truncated to milliseconds as the database stores them."""

    def now(self) -> datetime:
        """The present moment."""
        present = datetime.now(UTC)
        return present.replace(microsecond=present.microsecond // 1000 * 1000)
