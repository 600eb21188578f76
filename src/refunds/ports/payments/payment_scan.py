"""Reads stored payments with their histories, page by page or by id.

Catch-up, rebuild and verification use this port. If one payment cannot be read, for example because a person edited it,
the others are still read.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from refunds.domain.verification.payment_snapshot import StoredPayment


class Unreadable(Struct, frozen=True, kw_only=True):
    """A payment that cannot be read, with the reason.

    The reason contains nothing of the payment. `gateway_payment_id` is set if it can be read.
    """

    payment_id: str
    reason: str
    gateway_payment_id: str = ""


class ScannedPage(Struct, frozen=True, kw_only=True):
    """A page of payments in no particular order.

    `scanned_to` is the last id of the page. If no payment is left, `scanned_to` is empty.
    """

    stored: Sequence[StoredPayment]
    unreadable: Sequence[Unreadable] = ()
    scanned_to: str = ""


class PaymentScan(Protocol):
    """Scans all payments in the order of their ids, starting at any id."""

    async def page(self, payment_id: str, payments_max: int, not_before: int = 0) -> ScannedPage:
        """Returns the next payments after `payment_id`, by majority read.

        If `not_before` is set, the read contains all writes up to that time of the store's clock. Returns at most
        `payments_max` payments.
        """
        ...

    async def page_of(self, payment_ids: Sequence[str]) -> ScannedPage:
        """Returns the payments with these ids. An id without a payment is left out."""
        ...

    async def after(self, payment_id: str, payments_max: int) -> Sequence[StoredPayment]:
        """Returns the next readable payments after `payment_id`, ordered by id.

        Returns an empty sequence at the end.
        """
        ...

    async def by_ids(self, payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """Returns the payments with these ids that can be read, in no particular order."""
        ...

    async def by_gateway_ids(self, gateway: str, gateway_payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """Returns the readable payments that have these ids at the gateway."""
        ...
