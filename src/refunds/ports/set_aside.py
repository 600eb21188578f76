"""Payments that a reader of the feed could not carry and went on without, to be tried again later; each reader its own.

Bounded: beyond the bound nothing is kept, and what was left out is found by the next walk over all payments.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from refunds.ports.payment_walk import Unreadable


class SetAside(Protocol):
    """The list of one reader."""

    async def put(self, payments: Sequence[Unreadable], now: datetime) -> None:
        """Keeps them, each once, with the reason, since when, and when it was last tried. OutcomeUnknown."""
        ...

    async def longest_untried(self, payments_max: int) -> Sequence[str]:
        """The ids of those whose last try is longest ago. StoreUnavailable."""
        ...

    async def drop(self, payment_ids: Sequence[str]) -> None:
        """Forgets what was carried since. OutcomeUnknown."""
        ...

    async def count(self) -> int:
        """How many stand there. StoreUnavailable."""
        ...
