"""Where one reader of the feed stands, kept by the store; each reader has its own and holds nobody else up."""

from datetime import datetime
from typing import Protocol

from refunds.ports.projections.read_models import Position


class ConsumerOffset(Protocol):
    """The place of one reader."""

    async def position(self) -> Position:
        """The stored place; at the very first, that of a walk that has yet to begin. StoreUnavailable."""
        ...

    async def moment(self) -> int:
        """The store's present moment, for `start_at`. StoreUnavailable."""
        ...

    def time_of(self, moment: int) -> datetime:
        """The time of one of the store's moments, to the second."""
        ...

    async def move(self, moved: Position) -> None:
        """Stores the place one `seq` further, or raises RelaySuperseded. OutcomeUnknown."""
        ...
