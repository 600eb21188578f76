"""Stored payments with their histories, page by page or by id: for catch-up, rebuild and verification."""

from collections.abc import Sequence
from typing import Protocol

from refunds.domain.stored import StoredPayment


class PaymentWalk(Protocol):
    """A walk that can be gone on with from any id."""

    async def after(self, payment_id: str, payments_max: int) -> Sequence[StoredPayment]:
        """The next payments as a majority holds them; empty at the end."""
        ...

    async def by_ids(self, payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """Those payments, in no particular order."""
        ...

    async def by_gateway_ids(self, gateway: str, gateway_payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """The payments that the gateway knows by these ids."""
        ...
