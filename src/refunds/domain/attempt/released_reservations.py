"""Releases reservations of unsent refunds when money has already moved at the gateway.

This is done before the movement is counted. A refund with a planned attempt keeps its reservation, because a worker may
submit the refund without a further write. So only the gateway's result can end that reservation. See decision 0040. All
functions are pure.
"""

from datetime import datetime

from msgspec.structs import replace

from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import REFUNDED_AT_GATEWAY, NewEvent, Payment, Refund, emit_events
from refunds.domain.payment.reason_details import AmountTaken, reason_with
from refunds.domain.payment.states import TABLE, Fact, next_status


def with_room(payment: Payment, amount: int, taken_by: str, now: datetime, actor: str) -> Payment:
    """Returns the payment with `amount` (in minor units) made free for the refund `taken_by`.

    If too little is free, unsent refunds end and release their reservations until the amount is free. The refund that
    was submitted last ends first. If all of these reservations together are too small, the payment stays unchanged.
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
    """Returns the refundable amount plus all reservations that can be released, in minor units."""
    return payment.refundable_amount + sum(refund.amount for refund in payment.refunds if is_releasable(refund))


def is_releasable(refund: Refund) -> bool:
    """True if the refund reserves its amount and has no attempt that is planned or sent."""
    return (refund.status, Fact.REFUNDED_AT_GATEWAY) in TABLE and not refund.attempts


def _latest_first(payment: Payment) -> list[Refund]:
    """Returns the releasable refunds, with the last submitted one first.

    If two refunds were submitted at the same time, the one that was created later comes first.
    """
    found = [refund for refund in reversed(payment.refunds) if is_releasable(refund)]
    return sorted(found, key=lambda refund: refund.counts_from, reverse=True)


def _released(payment: Payment, refund: Refund, taken_by: str, now: datetime, actor: str) -> Payment:
    after = replace(
        refund,
        status=next_status(refund.status, Fact.REFUNDED_AT_GATEWAY),
        status_reason=reason_with(REFUNDED_AT_GATEWAY, AmountTaken(taken_by=taken_by)),
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
