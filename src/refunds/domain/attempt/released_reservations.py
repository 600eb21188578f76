"""Reservations that give way to money which has moved at the gateway: those of refunds that nothing was sent for. Pure.

Called before a movement that has happened is counted. Once an attempt is planned, whoever was told of it may send it
without a further write, so such a refund is never touched: what its gateway says of it ends it. See decision 0040.
"""

from datetime import datetime

from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import REFUNDED_AT_GATEWAY, NewEvent, Payment, Reason, Refund, emit_events
from refunds.domain.payment.replacing import replace
from refunds.domain.payment.states import TABLE, Fact, next_status


def with_room(payment: Payment, amount: int, taken_by: str, now: datetime, actor: str) -> Payment:
    """The payment with `amount`, in minor units, free for the refund of id `taken_by`.

    Where too little is free, refunds that nothing was sent for end and give up what they reserve, the one handed in
    last first, as many as needed. Where all of them together hold too little, none ends and the payment is as it was.
    """
    missing = amount - payment.refundable_amount
    giving_way: list[Refund] = []
    for refund in _latest_first(payment):
        if missing <= 0:
            break
        giving_way.append(refund)
        missing -= refund.amount
    if missing > 0:
        return payment
    for refund in giving_way:
        payment = _released(payment, refund, taken_by, now, actor)
    return payment


def releasable_amount(payment: Payment) -> int:
    """What a movement that has happened may take, in minor units: what is free, and what can be made free for it."""
    return payment.refundable_amount + sum(refund.amount for refund in payment.refunds if is_releasable(refund))


def is_releasable(refund: Refund) -> bool:
    """True if it reserves its amount and nothing of it was, or may be about to be, sent to a gateway."""
    return (refund.status, Fact.REFUNDED_AT_GATEWAY) in TABLE and not refund.attempts


def released_text(taken_by: str) -> str:
    """The text of the reason REFUNDED_AT_GATEWAY, naming the refund that took the amount."""
    return f"The payment was refunded at its gateway; {taken_by} took the amount before anything of this one was sent."


def _latest_first(payment: Payment) -> list[Refund]:
    """Those that may give way; of two that were handed in at one moment, the one that was made later comes first."""
    found = [refund for refund in reversed(payment.refunds) if is_releasable(refund)]
    return sorted(found, key=lambda refund: refund.counts_from, reverse=True)


def _released(payment: Payment, refund: Refund, taken_by: str, now: datetime, actor: str) -> Payment:
    after = replace(
        refund,
        status=next_status(refund.status, Fact.REFUNDED_AT_GATEWAY),
        status_reason=Reason(code=REFUNDED_AT_GATEWAY, text=released_text(taken_by)),
        due_at=None,
        due_for=None,
    )
    new_event = NewEvent(
        type=EventType.REFUND_CANCELED,
        from_status=refund.status.value,
        status=after.status.value,
        code=REFUNDED_AT_GATEWAY,
    )
    return emit_events(payment, refund, after, (new_event,), at=now, actor=actor).payment
