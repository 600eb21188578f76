"""Decisions of people and programs on a refund: request, submit, review, approve or reject, cancel.

Called by the use cases of the same verbs inside one conditional write. Pure: limits, ids and the moment are handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from refunds.domain import ids
from refunds.domain.errors import (
    AmountExceedsRefundable,
    AmountNotPositive,
    ApprovalCountedTwice,
    CurrencyMismatch,
    KeyReused,
    LineItemsDoNotSum,
    PaymentHeld,
    RefundNotCancelable,
    RequesterMayNotApprove,
    TooManyRefunds,
)
from refunds.domain.events import EventType
from refunds.domain.limits import Limits
from refunds.domain.payment import (
    Approval,
    Attempt,
    Decision,
    LineItem,
    Payment,
    Reason,
    Refund,
    RefundMethod,
    Work,
    advance,
    with_event,
    with_refund,
)
from refunds.domain.review import Request, review, summary
from refunds.domain.states import CANCELABLE, Fact, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefund:
    """What is asked for. `amount` None means all that is left; `fingerprint` is the hash of the request's body.

    `is_reviewed_now` joins request and review in one decision, for callers that know the limits.
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
    """A new refund of the payment, or the earlier one of the same key and body."""
    earlier = payment.refund_by_key(command.idempotency_key)
    if earlier is not None:
        return _replay(payment, earlier, command.fingerprint)
    refund = _draft(payment, command, limits, now)
    added = with_refund(payment, None, refund)
    added, counted = with_event(
        added, refund, EventType.REFUND_REQUESTED, from_status="", at=now, actor=command.requested_by
    )
    added = with_refund(added, refund, counted)
    if not command.is_submitted:
        return Decision(payment=added, refund=counted)
    return _submit(added, counted, limits, now, command.requested_by, command.is_reviewed_now)


def _replay(payment: Payment, earlier: Refund, fingerprint: str) -> Decision:
    if earlier.fingerprint != fingerprint:
        raise KeyReused()
    return Decision(payment=payment, refund=earlier, replayed=True)


def _draft(payment: Payment, command: RequestRefund, limits: Limits, now: datetime) -> Refund:
    if command.currency is not None and command.currency != payment.currency:
        raise CurrencyMismatch(asked=command.currency, expected=payment.currency)
    if len(payment.refunds) >= limits.refunds_per_payment_max:
        raise TooManyRefunds(refunds_max=limits.refunds_per_payment_max)
    refundable = payment.refundable_amount
    amount = refundable if command.amount is None else command.amount
    if command.amount is not None and amount <= 0:
        raise AmountNotPositive(asked=amount)
    if amount > refundable or refundable == 0:
        raise AmountExceedsRefundable(asked=amount, refundable=refundable, currency=payment.currency)
    items = sum(item.amount for item in command.line_items)
    if command.line_items and items != amount:
        raise LineItemsDoNotSum(sum_of_items=items, amount=amount)
    return Refund(
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


def submit_refund(
    payment: Payment, refund_id: str, limits: Limits, now: datetime, actor: str, *, is_reviewed_now: bool = True
) -> Decision:
    """A draft handed in: reserves its amount. A refund that was handed in before is answered as it stands."""
    refund = payment.refund(refund_id)
    if refund.status is not Status.DRAFT and refund.status is not Status.CANCELED:
        return Decision(payment=payment, refund=refund, replayed=True)
    return _submit(payment, refund, limits, now, actor, is_reviewed_now)


def _submit(
    payment: Payment, refund: Refund, limits: Limits, now: datetime, actor: str, is_reviewed_now: bool
) -> Decision:
    submitted = advance(refund, Fact.SUBMITTED)
    if is_reviewed_now:
        return _reviewed(payment, refund, submitted, limits, now, actor)
    waiting = replace(submitted, due_at=now, due_for=Work.REVIEW)
    payment = with_refund(payment, refund, waiting)
    payment, counted = with_event(
        payment, waiting, EventType.REFUND_SUBMITTED, from_status=refund.status, at=now, actor=actor
    )
    return Decision(payment=with_refund(payment, waiting, counted), refund=counted)


def review_refund(payment: Payment, refund_id: str, limits: Limits, now: datetime, actor: str) -> Decision:
    """A submitted refund held against the rules; any other is answered as it stands."""
    refund = payment.refund(refund_id)
    if refund.status is not Status.SUBMITTED:
        return Decision(payment=payment, refund=refund, replayed=True)
    return _reviewed(payment, refund, refund, limits, now, actor)


def _reviewed(
    payment: Payment, stored: Refund, submitted: Refund, limits: Limits, now: datetime, actor: str
) -> Decision:
    """`stored` is the refund as the payment holds it, `submitted` the same after its submission."""
    verdict = review(payment, Request(amount=submitted.amount, method=submitted.method), limits, now)
    if verdict.violations:
        reason = Reason(code=verdict.violations[0].code, text=summary(verdict.violations))
        after = replace(
            advance(submitted, Fact.REVIEW_FAILED),
            status_reason=reason,
            violations=verdict.violations,
            due_at=None,
            due_for=None,
        )
        return _told(payment, stored, after, EventType.REFUND_VALIDATION_FAILED, now, actor, reason.code)
    if verdict.approvals_required:
        after = replace(
            advance(submitted, Fact.APPROVAL_REQUIRED),
            status_reason=Reason(code="approval_required", text="Waiting for approval by another person."),
            approvals_required=verdict.approvals_required,
            approval_rule=verdict.approval_rule,
            due_at=None,
            due_for=None,
        )
        return _told(payment, stored, after, EventType.REFUND_APPROVAL_REQUESTED, now, actor, verdict.approval_rule)
    after = _ready(payment, advance(submitted, Fact.REVIEW_PASSED), limits, now)
    return _told(payment, stored, after, EventType.REFUND_READY, now, actor)


def approve_refund(
    payment: Payment, refund_id: str, approval: Approval, limits: Limits, now: datetime
) -> Decision:
    """One person's approval; with the last one needed, the refund is ready for its gateway."""
    refund = payment.refund(refund_id)
    _check_approver(refund, approval)
    advance(refund, Fact.APPROVED)
    _check_not_held(payment, refund, limits, now)
    approved = replace(refund, approvals=(*refund.approvals, approval))
    if len(approved.approvals) < refund.approvals_required:
        return _told(payment, refund, approved, EventType.REFUND_APPROVAL_GIVEN, now, approval.by)
    after = _ready(payment, replace(advance(approved, Fact.APPROVED), status_reason=None), limits, now)
    return _told(payment, refund, after, EventType.REFUND_READY, now, approval.by, "approved")


def reject_refund(payment: Payment, refund_id: str, approval: Approval, now: datetime) -> Decision:
    """One person's refusal ends the refund and gives its amount back."""
    refund = payment.refund(refund_id)
    _check_approver(refund, approval)
    after = replace(
        advance(refund, Fact.REJECTED),
        approvals=(*refund.approvals, approval),
        status_reason=Reason(code="rejected", text=approval.text),
    )
    return _told(payment, refund, after, EventType.REFUND_REJECTED, now, approval.by)


def _check_approver(refund: Refund, approval: Approval) -> None:
    if approval.by == refund.created_by:
        raise RequesterMayNotApprove()
    if any(earlier.by == approval.by for earlier in refund.approvals):
        raise ApprovalCountedTwice()


def _check_not_held(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> None:
    verdict = review(payment, Request(amount=refund.amount, method=refund.method), limits, now)
    held = [v for v in verdict.violations if v.category == "network"]
    if held:
        raise PaymentHeld(reason=summary(held))


def cancel_refund(payment: Payment, refund_id: str, now: datetime, actor: str) -> Decision:
    """Ends a refund that nothing was sent for; gives its amount back. Canceling twice is answered the same."""
    refund = payment.refund(refund_id)
    if refund.status is Status.CANCELED:
        return Decision(payment=payment, refund=refund, replayed=True)
    if refund.status not in CANCELABLE:
        raise RefundNotCancelable(status=refund.status.value)
    after = replace(
        advance(refund, Fact.CANCELED),
        status_reason=Reason(code="canceled", text="Canceled on request."),
        due_at=None,
        due_for=None,
    )
    return _told(payment, refund, after, EventType.REFUND_CANCELED, now, actor)


def _ready(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> Refund:
    """The refund with its first attempt planned: the intent is stored before anything is sent.

    Whoever is told of it first may send at once; everybody else waits for the lease to pass.
    """
    attempt = Attempt(id=ids.attempt_id(refund.id, 1), gateway=payment.gateway, tries=1, at=now)
    return replace(
        refund,
        attempts=(attempt,),
        due_at=now + timedelta(seconds=limits.gateway_lease_s),
        due_for=Work.GATEWAY,
    )


def _told(
    payment: Payment, before: Refund, after: Refund, event: EventType, now: datetime, actor: str, code: str = ""
) -> Decision:
    payment, counted = with_event(payment, after, event, from_status=before.status, at=now, actor=actor, code=code)
    return Decision(payment=with_refund(payment, before, counted), refund=counted)
