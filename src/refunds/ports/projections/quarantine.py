"""The quarantine of a reader of the feed: payments that it cannot apply now, each with its later changes, which wait.

Nothing that was put here is dropped until it is applied. Each reader has its own quarantine. It is bounded: one that
is full takes nothing, and the reader stops until there is room.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from refunds.domain.errors import Unavailable
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.payments.payment_scan import Unreadable


@dataclass(kw_only=True, eq=False)
class QuarantineFull(Unavailable):
    """The quarantine has no room: nothing of this call was put into it."""

    @property
    def message(self) -> str:
        return "Too many payments cannot be read; the reader stops until there is room."


class QuarantineStore(Protocol):
    """The quarantine of one reader."""

    async def put(self, payments: Sequence[Unreadable], waiting: Sequence[PaymentChange], now: datetime) -> None:
        """Keeps the payments, each once, and the changes that wait with them, each version once; all or nothing.

        The reason, since when, and when a payment was last tried are for people to look at. QuarantineFull,
        OutcomeUnknown.
        """
        ...

    async def ids(self) -> Collection[str]:
        """The ids of all payments that stand there. StoreUnavailable."""
        ...

    async def waiting(
        self, payment_ids: Sequence[str]
    ) -> tuple[Mapping[str, Sequence[PaymentChange]], Sequence[Unreadable]]:
        """(The changes that wait with each payment, by version; payments of which one cannot be read).

        StoreUnavailable.
        """
        ...

    async def drop(self, payment_ids: Sequence[str]) -> None:
        """Forgets the payments and what waited with them, once all of it is applied. OutcomeUnknown."""
        ...
