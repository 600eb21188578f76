"""Decides what people and programs may do to a refund, from the request to the first attempt.

The functions request, submit, review, approve, reject and cancel a refund. The use cases with these names call the
functions inside one conditional write. The functions do no I/O. Limits, ids and the current time are parameters.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from refunds.domain import ids
from refunds.domain.eligibility.approval_rules import (
    approvals_needed,
    check_not_blocked,
    check_velocity_limits,
    with_approvals_needed,
)
from refunds.domain.eligibility.broken_rules import violation_of
from refunds.domain.eligibility.eligibility import RefundCandidate, review
from refunds.domain.errors import (
    AmountExceedsRefundable,
    AmountNotPositive,
    ApprovalCountedTwice,
    CurrencyMismatch,
    KeyReused,
    LineItemsDoNotSum,
    NothingLeftToRefund,
    RefundNotCancelable,
    RequesterMayNotApprove,
    TooManyEndedRefunds,
    TooManyRefunds,
)
from refunds.domain.invalid_input import KeyPrefixReserved
from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.document_budget import check_room
from refunds.domain.payment.events import EventType
from refunds.domain.payment.idempotent_replay import as_first_answered
from refunds.domain.payment.line_items import check_lines
from refunds.domain.payment.payment import (
    DECISION_APPROVED,
    EXTERNAL_KEY_PREFIX,
    Approval,
    Decision,
    LineItem,
    NewEvent,
    Payment,
    Reason,
    Refund,
    RefundMethod,
    Work,
    emit_events,
)
from refunds.domain.payment.states import CANCELABLE, ENDED_WITHOUT_MONEY, Fact, Status, next_status
from refunds.domain.payment.status_reason import AWAITS_APPROVAL, StatusReason
from refunds.domain.settings.reason_codes import check_reason_code
from refunds.domain.settings.refund_policy import Limits

ON_REQUEST = StatusReason(code="canceled")

ENDED_REFUNDS_MAX = 100
"""The number of refunds that ended without moving money by which a payment may exceed `refunds_per_payment_max`."""


class RequestRefund(Struct, frozen=True, kw_only=True):
    """A request for a new refund.

    If `amount` is None, the whole refundable amount is requested. `fingerprint` is the hash of the request's body. If
    `is_reviewed_now` is True, one decision requests and reviews the refund, so the caller must know the limits.
    """

    refund_id: str
    idempotency_key: str
    fingerprint: str
    amount: int | None
    currency: str | None
    method: RefundMethod
    reason: Reason
    line_items: tuple[LineItem, ...]
    metadata: Mapping[str, str] | None
    is_submitted: bool
    requested_by: str
    is_reviewed_now: bool = True


def request_refund(payment: Payment, command: RequestRefund, limits: Limits, now: datetime) -> Decision:
    """Adds a new refund to the payment.

    If the idempotency key was used before, returns the existing refund as it was first returned. The decision is then
    marked as an idempotent replay.
    """
    earlier = payment.refund_by_key(command.idempotency_key)
    if earlier is not None:
        return _replay(payment, earlier, command.fingerprint)
    if command.idempotency_key.startswith(EXTERNAL_KEY_PREFIX):
        raise KeyPrefixReserved(prefix=EXTERNAL_KEY_PREFIX)
    draft = _draft(payment, command, limits, now)
    requested = NewEvent(type=EventType.REFUND_REQUESTED, from_status="", status=Status.DRAFT.value)
    if not command.is_submitted:
        return emit_events(payment, None, draft, (requested,), at=now, actor=command.requested_by)
    after, new_event = _submitted(payment, draft, limits, now, is_reviewed_now=command.is_reviewed_now)
    return emit_events(payment, None, after, (requested, new_event), at=now, actor=command.requested_by)


def _replay(payment: Payment, earlier: Refund, fingerprint: str) -> Decision:
    if earlier.fingerprint != fingerprint:
        raise KeyReused
    return Decision(payment=payment, refund=as_first_answered(earlier), replayed=True)


def _draft(payment: Payment, command: RequestRefund, limits: Limits, now: datetime) -> Refund:
    if command.currency is not None and command.currency != payment.currency:
        raise CurrencyMismatch(asked=command.currency, expected=payment.currency)
    check_reason_code(command.reason.code, limits.reason_codes_added)
    _check_number(payment, limits)
    refundable = payment.refundable_amount
    amount = refundable if command.amount is None else command.amount
    if command.amount is not None and amount <= 0:
        raise AmountNotPositive(asked=amount)
    if refundable == 0:
        raise NothingLeftToRefund(asked=amount, refundable=0, currency=payment.currency)
    if amount > refundable:
        raise AmountExceedsRefundable(asked=amount, refundable=refundable, currency=payment.currency)
    items = sum(item.amount for item in command.line_items)
    if command.line_items and items != amount:
        raise LineItemsDoNotSum(sum_of_items=items, amount=amount)
    check_lines(payment, command.line_items)
    draft = Refund(
        id=command.refund_id,
        idempotency_key=command.idempotency_key,
        fingerprint=command.fingerprint,
        status=Status.DRAFT,
        status_reason=None,
        amount=amount,
        method=command.method,
        reason=command.reason,
        created_at=now,
        updated_at=now,
        created_by=command.requested_by,
        line_items=command.line_items,
        metadata=command.metadata,
    )
    check_room(payment, draft)
    return draft


def _check_number(payment: Payment, limits: Limits) -> None:
    """Raises TooManyRefunds or TooManyEndedRefunds if the payment may not have another refund."""
    most = limits.refunds_per_payment_max
    if len(payment.refunds) < most:
        return
    ended = sum(1 for refund in payment.refunds if refund.status in ENDED_WITHOUT_MONEY)
    if len(payment.refunds) - ended >= most:
        raise TooManyRefunds(refunds_max=most)
    if len(payment.refunds) >= most + ENDED_REFUNDS_MAX:
        raise TooManyEndedRefunds(refunds_max=most, ended=ended)


def submit_refund(
    payment: Payment, refund_id: str, limits: Limits, now: datetime, actor: str, *, is_reviewed_now: bool = True
) -> Decision:
    """Submits a draft and reserves its amount.

    If the refund was submitted before, returns the refund unchanged. Raises TransitionNotAllowed if it was canceled.
    """
    refund = payment.refund(refund_id)
    if refund.status is not Status.DRAFT and refund.status is not Status.CANCELED:
        return Decision(payment=payment, refund=refund, replayed=True)
    check_lines(payment, refund.line_items)
    submitted = replace(refund, submitted_by=actor, submitted_at=now)
    after, new_event = _submitted(payment, submitted, limits, now, is_reviewed_now=is_reviewed_now)
    return emit_events(payment, refund, after, (new_event,), at=now, actor=actor)


def review_refund(payment: Payment, refund_id: str, limits: Limits, now: datetime, actor: str) -> Decision:
    """Reviews a submitted refund by the rules in force. Returns a refund in any other status unchanged."""
    refund = payment.refund(refund_id)
    if refund.status is not Status.SUBMITTED:
        return Decision(payment=payment, refund=refund, replayed=True)
    after, new_event = _reviewed(payment, refund, limits, now)
    return emit_events(payment, refund, after, (new_event,), at=now, actor=actor)


def _submitted(
    payment: Payment, draft: Refund, limits: Limits, now: datetime, *, is_reviewed_now: bool
) -> tuple[Refund, NewEvent]:
    submitted = next_status(draft.status, Fact.SUBMITTED)
    check_velocity_limits(payment, draft, limits, now)
    if is_reviewed_now:
        return _reviewed(payment, draft, limits, now)
    after = replace(draft, status=submitted, due_at=now, due_for=Work.REVIEW)
    return after, NewEvent(type=EventType.REFUND_SUBMITTED, from_status=draft.status, status=after.status)


def _reviewed(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> tuple[Refund, NewEvent]:
    """Returns the refund after its review, together with the event of the review."""
    verdict = review(payment, RefundCandidate.of(refund), limits, now)
    if verdict.broken:
        status = next_status(Status.SUBMITTED, Fact.REVIEW_FAILED)
        violations = tuple(map(violation_of, verdict.broken))
        reason = StatusReason(code=violations[0].code)
        after = replace(refund, status=status, status_reason=reason, violations=violations, due_at=None, due_for=None)
        return after, _new_event(EventType.REFUND_VALIDATION_FAILED, refund, after, reason.code)
    if verdict.approvals_required:
        after = replace(
            refund,
            status=next_status(Status.SUBMITTED, Fact.APPROVAL_REQUIRED),
            status_reason=AWAITS_APPROVAL,
            approvals_required=verdict.approvals_required,
            approval_rule=verdict.approval_rule,
            due_at=None,
            due_for=None,
        )
        return after, _new_event(EventType.REFUND_APPROVAL_REQUESTED, refund, after, verdict.approval_rule)
    after = _ready(payment, refund, next_status(Status.SUBMITTED, Fact.REVIEW_PASSED), limits, now)
    return after, _new_event(EventType.REFUND_READY, refund, after)


def approve_refund(payment: Payment, refund_id: str, approval: Approval, limits: Limits, now: datetime) -> Decision:
    """Adds one person's approval and makes the refund ready to submit if it has enough approvals.

    The rules in force now decide how many approvals are needed. Raises RequesterMayNotApprove or ApprovalCountedTwice
    if this person may not approve, TransitionNotAllowed or BlockedByRule if nobody may.
    """
    refund = payment.refund(refund_id)
    _check_approver(refund, approval)
    status = next_status(refund.status, Fact.APPROVED)
    check_not_blocked(payment, refund, limits, now)
    needed = approvals_needed(payment, refund, limits)
    approved = with_approvals_needed(replace(refund, approvals=(*refund.approvals, approval)), needed)
    if len(approved.approvals) < needed:
        new_event = _new_event(EventType.REFUND_APPROVAL_GIVEN, refund, approved)
        return emit_events(payment, refund, approved, (new_event,), at=now, actor=approval.by)
    after = _ready(payment, approved, status, limits, now)
    new_event = _new_event(EventType.REFUND_READY, refund, after, DECISION_APPROVED)
    return emit_events(payment, refund, after, (new_event,), at=now, actor=approval.by)


def reject_refund(payment: Payment, refund_id: str, approval: Approval, now: datetime) -> Decision:
    """Adds one person's rejection, which ends the refund and its reservation."""
    refund = payment.refund(refund_id)
    _check_approver(refund, approval)
    after = replace(
        refund,
        status=next_status(refund.status, Fact.REJECTED),
        approvals=(*refund.approvals, approval),
        status_reason=StatusReason(code="rejected", text=approval.text),
    )
    new_event = _new_event(EventType.REFUND_REJECTED, refund, after)
    return emit_events(payment, refund, after, (new_event,), at=now, actor=approval.by)


def _check_approver(refund: Refund, approval: Approval) -> None:
    if approval.by in (refund.created_by, refund.submitted_by):
        raise RequesterMayNotApprove
    if any(earlier.by == approval.by for earlier in refund.approvals):
        raise ApprovalCountedTwice


def cancel_refund(payment: Payment, refund_id: str, now: datetime, actor: str) -> Decision:
    """Ends a refund that is not yet `processing`, and ends its reservation.

    Returns a canceled refund unchanged. Raises RefundNotCancelable if the refund is `processing` or later. This holds
    even if nothing was sent yet, because a worker may be about to send the refund.
    """
    refund = payment.refund(refund_id)
    if refund.status is Status.CANCELED:
        return Decision(payment=payment, refund=refund, replayed=True)
    if refund.status not in CANCELABLE:
        raise RefundNotCancelable(status=refund.status.value)
    after = replace(
        refund,
        status=next_status(refund.status, Fact.CANCELED),
        status_reason=ON_REQUEST,
        due_at=None,
        due_for=None,
    )
    new_event = _new_event(EventType.REFUND_CANCELED, refund, after)
    return emit_events(payment, refund, after, (new_event,), at=now, actor=actor)


def _ready(payment: Payment, refund: Refund, status: Status, limits: Limits, now: datetime) -> Refund:
    """Returns the refund with its first attempt."""
    attempt = Attempt(id=ids.attempt_id(refund.id, 1), gateway=payment.gateway, tries=1, at=now, first_sent_at=now)
    return replace(
        refund,
        status=status,
        status_reason=None,
        attempts=(attempt,),
        due_at=now + timedelta(seconds=limits.gateway_lease_s),
        due_for=Work.GATEWAY,
    )


def _new_event(event: EventType, before: Refund, after: Refund, code: str = "") -> NewEvent:
    return NewEvent(type=event, from_status=before.status.value, status=after.status.value, code=code)
