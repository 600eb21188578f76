"""The clock, a parameter of every use case, so that tests and the sandbox can set the time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Gives the time as aware UTC in whole milliseconds."""

    def now(self) -> datetime:
        """Returns the present moment."""
        ...
