"""Stores the payments that a reader of the feed cannot apply now.

Later changes of such a payment wait with it. A payment stays in the quarantine until all its changes are applied. Each
reader has its own quarantine. The quarantine is bounded. If it is full, the reader stops until an operator has made
room.
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
    """The quarantine is full, so this call stored nothing."""


class QuarantineStore(Protocol):
    """Stores the quarantine of one reader of the feed."""

    async def put(self, payments: Sequence[Unreadable], waiting: Sequence[PaymentChange], now: datetime) -> None:
        """Stores the payments and the changes that wait with them.

        Each payment and each version of a change is stored only once. For operators, the store also keeps the reason,
        and the times of the first and the latest failure. If there is no room for all of them, raises QuarantineFull
        and stores nothing. Raises OutcomeUnknown if the write may or may not have succeeded.
        """
        ...

    async def ids(self) -> Collection[str]:
        """Returns the ids of all payments in quarantine. Raises StoreUnavailable."""
        ...

    async def waiting(
        self, payment_ids: Sequence[str]
    ) -> tuple[Mapping[str, Sequence[PaymentChange]], Sequence[Unreadable]]:
        """Returns the changes that wait with each payment, ordered by version.

        The second result lists the payments with a change that cannot be read. Raises StoreUnavailable.
        """
        ...

    async def drop(self, payment_ids: Sequence[str]) -> None:
        """Removes the payments and their changes from the quarantine after the changes were applied.

        Raises OutcomeUnknown.
        """
        ...
