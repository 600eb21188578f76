"""Reads the feed, which is the stream of all payments' outboxes.

The changes of a payment come in the order of its versions. A reader can start at any offset. If the stream no longer
has the changes after an offset, HistoryLost is raised. Then all payments must be scanned.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.read_models import Position


class HistoryLost(Exception):
    """The feed no longer has the changes after the offset."""


class FeedBatch(Struct, frozen=True, kw_only=True):
    """The next changes of the feed.

    `token` and `read_to` may have moved even if there are no changes. `unreadable` contains the ids of payments whose
    outbox cannot be read. The changes of these payments are rebuilt from the histories of their refunds.
    """

    changes: Sequence[PaymentChange]
    token: str
    read_to: int
    unreadable: Sequence[str] = ()


class Feed(Protocol):
    """Reads the feed for one reader. Each reader has its own instance."""

    async def take(self, after: Position) -> FeedBatch:
        """Waits a short time for changes after the offset. Returns a bounded number of changes."""
        ...
