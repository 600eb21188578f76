"""The stream of what payments told, in the order of their versions, from wherever a relay stood.

HistoryLost is raised where the place is too old to go on from: then the payments themselves have to be walked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.read_models import Position


class HistoryLost(Exception):
    """The stream no longer reaches back to where it is asked to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedBatch:
    """What was told next; perhaps nothing, and still the place to go on from has moved.

    `unreadable` are the ids of payments that told something that cannot be read: it is asked of their histories.
    """

    changes: Sequence[PaymentChange]
    token: str
    read_to: int
    unreadable: Sequence[str] = ()


class Feed(Protocol):
    """The stream; one reader each."""

    async def take(self, after: Position) -> FeedBatch:
        """Waits a short while for changes after that place; a bounded number of them."""
        ...
