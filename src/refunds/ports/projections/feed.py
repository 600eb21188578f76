"""The stream of all payments' outboxes, in the order of their versions, readable from any offset.

If the stream no longer has the changes after an offset, HistoryLost is raised; then all payments must be scanned.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.read_models import Position


class HistoryLost(Exception):
    """The stream no longer has the changes after the offset."""


class FeedBatch(Struct, frozen=True, kw_only=True):
    """The next changes. Even if there are none, `token` and `read_to` may have moved.

    `unreadable` are the ids of payments whose outbox cannot be read: their changes are rebuilt from their histories.
    """

    changes: Sequence[PaymentChange]
    token: str
    read_to: int
    unreadable: Sequence[str] = ()


class Feed(Protocol):
    """The stream; each instance has one reader."""

    async def take(self, after: Position) -> FeedBatch:
        """Waits a short while for changes after that offset and returns a bounded number of them."""
        ...
