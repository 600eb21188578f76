"""Makes double-entry ledger entries from the events of a payment. Each payment has two accounts.

`gateway` is what the gateway owes us, and `merchant` is what we owe the merchant. A capture adds to `gateway` and
subtracts from `merchant`. A refund does the opposite, and a reversal undoes the refund. Each entry sums to zero.

The id of an entry follows from the id of its event, so a repeated event adds nothing. All functions are pure.
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
"""The sign of the amount that an event type posts to `gateway`. The account `merchant` gets the opposite sign."""


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """A ledger entry with two postings, in minor units, that sum to zero."""

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
    """Returns the ledger entry of an event. Returns None if the event moves no money."""
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
