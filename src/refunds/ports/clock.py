"""The clock, an argument of every use case, so that tests and the sandbox can set the time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Aware UTC, whole milliseconds."""

    def now(self) -> datetime:
        """The present moment."""
        ...
