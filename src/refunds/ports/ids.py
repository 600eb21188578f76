"""Defines the source of new ids."""

from typing import Protocol


class IdSource(Protocol):
    """Creates new ids."""

    def new(self, prefix: str) -> str:
        """Returns a new id with this prefix, such as `pay_...` for `new("pay")`.

        Ids sort by the time at which they were created.
        """
        ...

    def refund_id(self, payment_id: str, merchant_id: str) -> str:
        """Returns a new id for a refund. The id contains the routes to the refund's payment and merchant."""
        ...
