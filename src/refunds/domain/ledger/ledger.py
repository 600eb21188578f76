"""Double-entry postings of a payment's events. Pure; entry ids follow from event ids, so a repeat posts nothing new.

Accounts per payment: `gateway` (what the gateway owes the product) and `merchant` (what the product owes the merchant).
Capture: gateway +, merchant −. Refund: merchant +, gateway −. Reversal: the refund's opposite. Each entry sums to zero.
"""

from datetime import datetime

from msgspec import Struct

from refunds.domain.payment.events import Event, EventType

_SIGNS: dict[EventType, int] = {
    EventType.PAYMENT_CAPTURED: 1,
    EventType.REFUND_COMPLETED: -1,
    EventType.EXTERNAL_REFUND_RECORDED: -1,
    EventType.REFUND_REVERSED: 1,
}
"""Sign of the amount that an event type posts to the account `gateway`; `merchant` gets the opposite sign."""


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """One entry of two postings that sum to zero, in minor units."""

    id: str
    payment_id: str
    merchant_id: str
    refund_id: str
    kind: str
    currency: str
    gateway_amount: int
    merchant_amount: int
    at: datetime


def entry_id(event_id: str) -> str:
    """Returns the id of the ledger entry of this event."""
    return f"led_{event_id.removeprefix('evt_')}"


def entry_of(event: Event, payment_id: str, merchant_id: str, currency: str) -> LedgerEntry | None:
    """Returns the ledger entry of an event; None if the event moves no money."""
    sign = _SIGNS.get(event.type)
    if sign is None:
        return None
    return LedgerEntry(
        id=entry_id(event.id),
        payment_id=payment_id,
        merchant_id=merchant_id,
        refund_id=event.refund_id,
        kind=event.type.value,
        currency=currency,
        gateway_amount=sign * event.amount,
        merchant_amount=-sign * event.amount,
        at=event.at,
    )
