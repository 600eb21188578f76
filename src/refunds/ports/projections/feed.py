"""The stream of all payments' outboxes, in the order of their versions, from any offset.

HistoryLost is raised if the offset is too old to continue from: then all payments have to be scanned.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.read_models import Position


class HistoryLost(Exception):
    """The stream no longer reaches back to the offset."""


class FeedBatch(Struct, frozen=True, kw_only=True):
    """The next changes; perhaps none, and still `token` and `read_to` have moved.

    `unreadable` are the ids of payments with an outbox that cannot be read: their changes come from their histories.
    """

    changes: Sequence[PaymentChange]
    token: str
    read_to: int
    unreadable: Sequence[str] = ()


class Feed(Protocol):
    """The stream; one reader each."""

    async def take(self, after: Position) -> FeedBatch:
        """Waits a short while for changes after that offset; a bounded number of them."""
        ...
