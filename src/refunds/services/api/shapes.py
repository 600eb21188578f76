"""What payments, refunds, events and tenants look like outside, and how the domain's values become that.

Used by every route of the api. Amounts in minor units; times RFC 3339 in UTC.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from refunds.domain.events import Event
from refunds.domain.payment import Approval, Attempt, LineItem, Payment, Reason, Refund, RefundMethod, Violation
from refunds.domain.tenancy import Tenant
from refunds.domain.waiting import Explanation
from refunds.ports.refund_lists import RefundRow
from refunds.services.api.fields import LineItemBody, ReasonBody


class StatusReason(Struct, kw_only=True):
    """Why a refund stands as it does."""

    code: str
    message: str


class MethodOut(Struct, kw_only=True):
    """How the customer paid."""

    type: str
    token: str
    brand: str
    last4: str


class Destination(Struct, kw_only=True):
    """Where a refund's money goes."""

    type: str
    brand: str = ""
    last4: str = ""


class Fee(Struct, kw_only=True):
    """What the refund cost."""

    kind: str
    amount: int


class AttemptError(Struct, kw_only=True):
    """A gateway's refusal: our normalised code and the gateway's own."""

    code: str
    raw: str


class AttemptOut(Struct, kw_only=True):
    """One movement tried at a gateway."""

    id: str
    gateway: str
    gateway_refund_id: str | None
    outcome: str
    tries: int
    error: AttemptError | None
    at: datetime


class ApprovalOut(Struct, kw_only=True):
    """One person's decision."""

    by: str
    role: str
    decision: str
    at: datetime
    text: str


class ViolationOut(Struct, kw_only=True):
    """One broken rule and what can be done about it."""

    code: str
    category: str
    pointer: str
    message: str
    remediation: str


class PaymentOut(Struct, kw_only=True):
    """A captured payment."""

    id: str
    merchant_id: str
    captured_amount: int
    refunded_amount: int
    reserved_amount: int
    refundable_amount: int
    currency: str
    payment_method: MethodOut
    gateway: str
    gateway_payment_id: str
    dispute: str
    captured_at: datetime
    created_at: datetime
    customer_id: str | None
    line_items: Sequence[LineItemBody]
    metadata: Mapping[str, str]


class RefundOut(Struct, kw_only=True):
    """A refund."""

    id: str
    payment_id: str
    merchant_id: str
    status: str
    status_reason: StatusReason | None
    amount: int
    currency: str
    method: str
    destination: Destination
    reason: ReasonBody
    line_items: Sequence[LineItemBody]
    fees: Sequence[Fee]
    violations: Sequence[ViolationOut]
    approvals_required: int
    approvals: Sequence[ApprovalOut]
    attempts: Sequence[AttemptOut]
    arn: str | None
    expected_at: datetime | None
    created_at: datetime
    updated_at: datetime
    created_by: str
    metadata: Mapping[str, str]


class RefundRowOut(Struct, kw_only=True):
    """A refund as lists show it; lists lag a little behind."""

    id: str
    payment_id: str
    merchant_id: str
    status: str
    status_reason: str | None
    amount: int
    currency: str
    method: str
    payment_method: str
    gateway: str
    reason: str
    created_by: str
    created_at: datetime
    updated_at: datetime


class RefundPageOut(Struct, kw_only=True):
    """A page of refunds, newest first; `next_cursor` is null on the last one."""

    data: Sequence[RefundRowOut]
    next_cursor: str | None


class EventOut(Struct, kw_only=True):
    """One thing that happened to a refund."""

    id: str
    type: str
    at: datetime
    refund_id: str
    actor: str
    from_status: str | None
    status: str
    amount: int
    code: str | None


class EventPageOut(Struct, kw_only=True):
    """The latest events of a refund, oldest first."""

    data: Sequence[EventOut]
    next_cursor: str | None


class WhyOut(Struct, kw_only=True):
    """Why a refund stands as it does, what happens next and when."""

    refund_id: str
    status: str
    because: str
    next: str
    next_at: datetime | None
    waits_for: str


class TenantOut(Struct, kw_only=True):
    """A node of the tree of tenants; `path` runs from the root to the node."""

    id: str
    kind: str
    parent_id: str | None
    name: str
    path: Sequence[str]


class TenantPageOut(Struct, kw_only=True):
    """Tenants directly below a node."""

    data: Sequence[TenantOut]
    next_cursor: str | None


_NO_METADATA: Mapping[str, str] = {}


def payment_out(payment: Payment) -> PaymentOut:
    """A payment as it is answered."""
    method = payment.payment_method
    return PaymentOut(
        id=payment.id,
        merchant_id=payment.merchant_id,
        captured_amount=payment.captured_amount,
        refunded_amount=payment.refunded_amount,
        reserved_amount=payment.reserved_amount,
        refundable_amount=payment.refundable_amount,
        currency=payment.currency,
        payment_method=MethodOut(type=method.type, token=method.token, brand=method.brand, last4=method.last4),
        gateway=payment.gateway,
        gateway_payment_id=payment.gateway_payment_id,
        dispute=payment.dispute,
        captured_at=payment.captured_at,
        created_at=payment.created_at,
        customer_id=payment.customer_id or None,
        line_items=[_line_item(item) for item in payment.line_items],
        metadata=payment.metadata or _NO_METADATA,
    )


def refund_out(payment: Payment, refund: Refund) -> RefundOut:
    """A refund as it is answered."""
    return RefundOut(
        id=refund.id,
        payment_id=payment.id,
        merchant_id=payment.merchant_id,
        status=refund.status,
        status_reason=_status_reason(refund.status_reason),
        amount=refund.amount,
        currency=payment.currency,
        method=refund.method,
        destination=_destination(payment, refund),
        reason=ReasonBody(code=refund.reason.code, text=refund.reason.text),
        line_items=[_line_item(item) for item in refund.line_items],
        fees=(),
        violations=[_violation(violation) for violation in refund.violations],
        approvals_required=refund.approvals_required,
        approvals=[_approval(approval) for approval in refund.approvals],
        attempts=[_attempt(attempt) for attempt in refund.attempts],
        arn=refund.arn or None,
        expected_at=refund.expected_at,
        created_at=refund.created_at,
        updated_at=refund.updated_at,
        created_by=refund.created_by,
        metadata=refund.metadata or _NO_METADATA,
    )


def _status_reason(reason: Reason | None) -> StatusReason | None:
    return None if reason is None else StatusReason(code=reason.code, message=reason.text)


def _destination(payment: Payment, refund: Refund) -> Destination:
    if refund.method is not RefundMethod.ORIGINAL_PAYMENT:
        return Destination(type=refund.method)
    method = payment.payment_method
    return Destination(type=method.type, brand=method.brand, last4=method.last4)


def _line_item(item: LineItem) -> LineItemBody:
    return LineItemBody(
        id=item.id,
        amount=item.amount,
        tax_amount=item.tax_amount,
        quantity=item.quantity,
        description=item.description,
    )


def _violation(violation: Violation) -> ViolationOut:
    return ViolationOut(
        code=violation.code,
        category=violation.category,
        pointer=violation.pointer,
        message=violation.message,
        remediation=violation.remediation,
    )


def _approval(approval: Approval) -> ApprovalOut:
    return ApprovalOut(
        by=approval.by, role=approval.role, decision=approval.decision, at=approval.at, text=approval.text
    )


def _attempt(attempt: Attempt) -> AttemptOut:
    return AttemptOut(
        id=attempt.id,
        gateway=attempt.gateway,
        gateway_refund_id=attempt.gateway_refund_id or None,
        outcome=attempt.outcome,
        tries=attempt.tries,
        error=AttemptError(code=attempt.error_code, raw=attempt.error_raw) if attempt.error_code else None,
        at=attempt.at,
    )


def refund_row_out(row: RefundRow) -> RefundRowOut:
    """A line of a list as it is answered."""
    return RefundRowOut(
        id=row.id,
        payment_id=row.payment_id,
        merchant_id=row.merchant_id,
        status=row.status,
        status_reason=row.status_reason or None,
        amount=row.amount,
        currency=row.currency,
        method=row.method,
        payment_method=row.payment_method,
        gateway=row.gateway,
        reason=row.reason,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def event_out(event: Event) -> EventOut:
    """An event as it is answered."""
    return EventOut(
        id=event.id,
        type=event.type,
        at=event.at,
        refund_id=event.refund_id,
        actor=event.actor,
        from_status=event.from_status or None,
        status=event.status,
        amount=event.amount,
        code=event.code or None,
    )


def why_out(refund_id: str, explanation: Explanation) -> WhyOut:
    """An explanation as it is answered."""
    return WhyOut(
        refund_id=refund_id,
        status=explanation.status,
        because=explanation.because,
        next=explanation.next,
        next_at=explanation.next_at,
        waits_for=explanation.waits_for,
    )


def tenant_out(tenant: Tenant) -> TenantOut:
    """A tenant as it is answered."""
    return TenantOut(
        id=tenant.id, kind=tenant.kind, parent_id=tenant.parent_id or None, name=tenant.name, path=tenant.path
    )
