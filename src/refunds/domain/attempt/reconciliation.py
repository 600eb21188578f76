"""Applies a person's decision to a refund in doubt. The person names an outcome or orders a status query.

The api calls this module. A person's decision has the same effect as the gateway's answer to a status query. The
decision is refused if the refund is not in doubt. All functions are pure.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from refunds.domain.attempt.conflicting_results import FAILURE_REPORTED, is_left_to_a_person
from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.released_reservations import releasable_amount
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.errors import AmountExceedsRefundable, RefundNotInDoubt
from refunds.domain.payment.attempt import with_doubt
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import (
    Decision,
    NewEvent,
    Payment,
    Refund,
    Work,
    emit_events,
    with_attempt,
    with_refund,
)
from refunds.domain.payment.states import FINAL, RESERVATION_EFFECTS, ReservationEffect, Status
from refunds.domain.settings.refund_policy import Limits

RECONCILED = "reconciled"
"""Reason of a refund that a person marked as failed after checking the gateway's books."""


class Resolution(StrEnum):
    """What a person decides. It is another status query, or the outcome that the gateway's books show."""

    ASK_AGAIN = "ask_again"
    COMPLETED = "completed"
    FAILED = "failed"


class Reconciliation(Struct, frozen=True, kw_only=True):
    """A person's decision on one refund. `note` has at most 64 characters, and becomes the code of the event."""

    refund_id: str
    resolution: Resolution
    note: str
    by: str


_RESULTS: dict[Resolution, GatewayResult] = {
    Resolution.COMPLETED: GatewayResult(kind=ResultKind.SUCCEEDED, source=Source.QUERY),
    Resolution.FAILED: GatewayResult(kind=ResultKind.FAILED, source=Source.QUERY, code=RECONCILED),
}
_REACHED: dict[Resolution, frozenset[Status]] = {
    Resolution.ASK_AGAIN: frozenset(),
    Resolution.COMPLETED: frozenset({Status.COMPLETED}),
    Resolution.FAILED: frozenset({Status.FAILED, Status.REVERSED}),
}


def is_in_doubt(refund: Refund) -> bool:
    """True if the refund's results contradict each other, or the gateway has lost the refund.

    Also true if a person has to decide on a contradiction.
    """
    if not refund.attempts or (refund.status not in FINAL and refund.status is not Status.UNKNOWN):
        return False
    attempt = refund.attempts[-1]
    return attempt.is_in_question or attempt.doubts.missing_since is not None or is_left_to_a_person(refund)


def reconcile_refund(
    payment: Payment, order: Reconciliation, limits: Limits, now: datetime, profile: GatewayProfile | None = None
) -> Decision:
    """Applies a person's decision to a refund in doubt.

    `replayed` is True if the refund already has the status that was decided, or if its status query is already due.
    Raises RefundNotFound if the payment lacks the refund, or RefundNotInDoubt if the refund is not in doubt. Raises
    AmountExceedsRefundable if the captured amount would be exceeded. Amounts that unsent refunds reserve count as free,
    because their reservations are released.
    """
    refund, resolution = payment.refund(order.refund_id), order.resolution
    if not is_in_doubt(refund):
        if refund.status in _REACHED[resolution]:
            return Decision(payment=payment, refund=refund, replayed=True)
        raise RefundNotInDoubt(status=refund.status.value)
    is_due = not is_left_to_a_person(refund) and refund.due_at is not None and refund.due_at <= now
    if resolution is Resolution.ASK_AGAIN and is_due:
        return Decision(payment=payment, refund=refund, replayed=True)
    if resolution is Resolution.COMPLETED:
        _check_room(payment, refund)
    status = refund.status.value
    new_event = NewEvent(type=EventType.REFUND_TAKEN_UP, from_status=status, status=status, code=order.note)
    asked = emit_events(payment, refund, _asked(refund, now), (new_event,), at=now, actor=order.by)
    if resolution is Resolution.ASK_AGAIN:
        return asked
    known = _without_earlier_results(asked.payment, asked.refund)
    attempt_id, result = refund.attempts[-1].id, _RESULTS[resolution]
    decided = record_gateway_result(known, attempt_id, result, limits, now, order.by, profile)
    return replace(decided, replayed=False)


def _asked(refund: Refund, now: datetime) -> Refund:
    """Returns the refund with a status query due at once.

    If a person had to decide, the query asks whether the opposite outcome is true.
    """
    attempt = refund.attempts[-1]
    if is_left_to_a_person(refund):
        question = FAILURE_REPORTED if refund.status is Status.COMPLETED else ResultKind.SUCCEEDED.value
        in_doubt = with_doubt(attempt, replace(attempt.doubts, question=question))
        refund = with_attempt(refund, attempt, replace(in_doubt, asks=attempt.asks + 1))
    return replace(refund, due_at=now, due_for=Work.GATEWAY)


def _without_earlier_results(payment: Payment, refund: Refund) -> Payment:
    """Returns the payment with the last gateway time and the count of contradictions removed from the refund.

    One of the contradicting results was wrong, so its time may be wrong too. A person's decision has no gateway time.
    If an earlier time were kept, a later result that contradicts the decision could look older and be ignored. Without
    that time, such a result causes a status query.
    """
    attempt = refund.attempts[-1]
    counted_anew = with_doubt(attempt, replace(attempt.doubts, contradictions=0))
    return with_refund(payment, refund, with_attempt(refund, attempt, replace(counted_anew, outcome_at=None)))


def _check_room(payment: Payment, refund: Refund) -> None:
    if RESERVATION_EFFECTS[refund.status] is ReservationEffect.NOTHING and refund.amount > releasable_amount(payment):
        raise AmountExceedsRefundable(
            asked=refund.amount, refundable=payment.refundable_amount, currency=payment.currency
        )
