"""What time it is: handed to every use case, so that tests and the sandbox may say it themselves."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Aware UTC, whole milliseconds."""

    def now(self) -> datetime:
        """The present moment."""
        ...
