"""Stores the offset of one reader of the feed. Each reader has its own offset."""

from datetime import datetime
from typing import Protocol

from refunds.ports.projections.read_models import Position


class ConsumerOffset(Protocol):
    """Reads and moves the offset of one reader of the feed."""

    async def position(self) -> Position:
        """Returns the stored offset.

        If no offset is stored, returns the offset of a scan that has not begun. Raises StoreUnavailable.
        """
        ...

    async def moment(self) -> int:
        """Returns the current time of the store's own clock, for `start_at`. Raises StoreUnavailable."""
        ...

    def time_of(self, moment: int) -> datetime:
        """Converts a time of the store's own clock into a datetime, to the second."""
        ...

    async def move(self, moved: Position) -> None:
        """Stores the offset with `seq` raised by 1. Raises RelaySuperseded or OutcomeUnknown."""
        ...
