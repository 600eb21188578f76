"""The quarantine of a reader of the feed: payments that it cannot apply now, each with its later changes, which wait.

A payment stays in it until its changes are applied. Each reader has its own quarantine. It is bounded: if it is full,
the reader stops until an operator has made room.
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
    """The quarantine is full: nothing of this call was stored."""


class QuarantineStore(Protocol):
    """The quarantine of one reader."""

    async def put(self, payments: Sequence[Unreadable], waiting: Sequence[PaymentChange], now: datetime) -> None:
        """Stores the payments, each once, and the changes that wait with them, each version once; all or nothing.

        Reason, begin and time of the last retry are stored for operators. Raises QuarantineFull, OutcomeUnknown.
        """
        ...

    async def ids(self) -> Collection[str]:
        """Returns the ids of all payments in quarantine. Raises StoreUnavailable."""
        ...

    async def waiting(
        self, payment_ids: Sequence[str]
    ) -> tuple[Mapping[str, Sequence[PaymentChange]], Sequence[Unreadable]]:
        """Returns the changes that wait with each payment, by version, and the payments with an unreadable change.

        Raises StoreUnavailable.
        """
        ...

    async def drop(self, payment_ids: Sequence[str]) -> None:
        """Removes the payments and their changes after all of them were applied. Raises OutcomeUnknown."""
        ...
