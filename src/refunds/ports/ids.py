"""The source of new ids."""

from typing import Protocol


class IdSource(Protocol):
    """Makes new ids."""

    def new(self, prefix: str) -> str:
        """A fresh id, ordered by time: `new("pay")` → `pay_…`."""
        ...

    def refund_id(self, payment_id: str, merchant_id: str) -> str:
        """A fresh id of a refund, which contains the routes to its payment and merchant."""
        ...
