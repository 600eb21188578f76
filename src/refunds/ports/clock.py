"""Defines the clock, which every use case gets as a parameter. So tests and the sandbox can set the time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Returns the time in UTC, with a time zone and in whole milliseconds."""

    def now(self) -> datetime:
        """Returns the current time."""
        ...
