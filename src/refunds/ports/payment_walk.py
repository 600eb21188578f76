"""All stored payments, page by page in the order of their ids: for catch-up, rebuild and verification."""

from collections.abc import Sequence
from typing import Protocol

from refunds.domain.stored import StoredPayment


class PaymentWalk(Protocol):
    """A walk that can be gone on with from any id."""

    async def after(self, payment_id: str, payments_max: int) -> Sequence[StoredPayment]:
        """The next payments as a majority holds them; empty at the end."""
        ...
