"""The source of new ids."""

from typing import Protocol


class IdSource(Protocol):
    """Makes new ids."""

    def new(self, prefix: str) -> str:
        """Returns a new id; ids sort by time: `new("pay")` → `pay_…`."""
        ...

    def refund_id(self, payment_id: str, merchant_id: str) -> str:
        """Returns a new id of a refund, which contains the routes to its payment and merchant."""
        ...
