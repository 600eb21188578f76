"""The stored offset of one reader of the feed; each reader has its own."""

from datetime import datetime
from typing import Protocol

from refunds.ports.projections.read_models import Position


class ConsumerOffset(Protocol):
    """The offset of one reader."""

    async def position(self) -> Position:
        """Returns the stored offset; if there is none, that of a scan that has yet to begin.

        Raises StoreUnavailable.
        """
        ...

    async def moment(self) -> int:
        """Returns the store's present moment, for `start_at`. Raises StoreUnavailable."""
        ...

    def time_of(self, moment: int) -> datetime:
        """Returns the time of one of the store's moments, to the second."""
        ...

    async def move(self, moved: Position) -> None:
        """Stores the offset with `seq` + 1. Raises RelaySuperseded, OutcomeUnknown."""
        ...
