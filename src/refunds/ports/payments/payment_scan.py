"""Stored payments with their histories, page by page or by id: for catch-up, rebuild and verification.

One payment that cannot be read (written by hand, or broken) keeps none of the others from being read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from refunds.domain.verification.payment_snapshot import StoredPayment


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A payment that cannot be read, and why, without its content; its id at its gateway, where that can be read."""

    payment_id: str
    reason: str
    gateway_payment_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPage:
    """Payments in no particular order. `walked_to` is the last id of the page, empty where nothing comes any more."""

    stored: Sequence[StoredPayment]
    unreadable: Sequence[Unreadable] = ()
    walked_to: str = ""


class PaymentScan(Protocol):
    """A walk that can be gone on with from any id."""

    async def page(self, payment_id: str, payments_max: int, not_before: int = 0) -> ScannedPage:
        """The next payments after that id, as a majority holds them, at that moment of the store or later."""
        ...

    async def page_of(self, payment_ids: Sequence[str]) -> ScannedPage:
        """Those payments; what is not there is left out."""
        ...

    async def after(self, payment_id: str, payments_max: int) -> Sequence[StoredPayment]:
        """The next payments that can be read, in the order of their ids; empty at the end."""
        ...

    async def by_ids(self, payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """Those payments, as far as they can be read, in no particular order."""
        ...

    async def by_gateway_ids(self, gateway: str, gateway_payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """The payments that the gateway knows by these ids, as far as they can be read."""
        ...
