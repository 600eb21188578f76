"""Where new ids come from."""

from typing import Protocol


class IdSource(Protocol):
    """Random bits and finished ids."""

    def new(self, prefix: str) -> str:
        """A fresh id, ordered by time: `new("pay")` → `pay_…`."""
        ...

    def refund_id(self, payment_id: str, merchant_id: str) -> str:
        """A fresh id of a refund, which carries where it lives."""
        ...
