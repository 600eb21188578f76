"""Reads stored payments with their histories, page by page or by id: for catch-up, rebuild and verification.

A payment that cannot be read (edited by hand, or broken) does not prevent reading the others.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from refunds.domain.verification.payment_snapshot import StoredPayment


class Unreadable(Struct, frozen=True, kw_only=True):
    """A payment that cannot be read, and the reason, which contains nothing of the payment.

    `gateway_payment_id` is set if it can be read.
    """

    payment_id: str
    reason: str
    gateway_payment_id: str = ""


class ScannedPage(Struct, frozen=True, kw_only=True):
    """Payments in no particular order. `scanned_to` is the last id of the page, empty after the last page."""

    stored: Sequence[StoredPayment]
    unreadable: Sequence[Unreadable] = ()
    scanned_to: str = ""


class PaymentScan(Protocol):
    """A scan over all payments by id, which can continue from any id."""

    async def page(self, payment_id: str, payments_max: int, not_before: int = 0) -> ScannedPage:
        """Returns the next payments after that id, by majority read, at the store's moment `not_before` or later."""
        ...

    async def page_of(self, payment_ids: Sequence[str]) -> ScannedPage:
        """Returns the payments with these ids; ids without a payment are left out."""
        ...

    async def after(self, payment_id: str, payments_max: int) -> Sequence[StoredPayment]:
        """Returns the next readable payments in the order of their ids; empty at the end."""
        ...

    async def by_ids(self, payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """Returns the readable ones among the payments with these ids, in no particular order."""
        ...

    async def by_gateway_ids(self, gateway: str, gateway_payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """Returns the readable payments with these ids at the gateway."""
        ...
