"""Turns the domain's values into response models. Every route of the api calls this module."""

from collections.abc import Mapping

from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.events import Event
from refunds.domain.payment.payment import Approval, LineItem, Payment, Refund, RefundMethod, Violation
from refunds.domain.refund.explanation import Explanation
from refunds.domain.tenancy import Tenant
from refunds.ports.audit.audit_records import AuditRecord
from refunds.ports.projections.refund_lists import RefundRow
from refunds.services.api.fields import LineItemBody, ReasonBody
from refunds.services.api.response_models import (
    ApprovalOut,
    AttemptError,
    AttemptOut,
    AuditRecordOut,
    Destination,
    EventOut,
    MethodOut,
    MethodTypeOut,
    PaymentOut,
    ReasonCode,
    RefundOut,
    RefundRowOut,
    ScopedEventOut,
    StatusReason,
    StatusReasonCode,
    TenantOut,
    ViolationOut,
    WhyOut,
)
from refunds.texts.explanation_texts import because_of, next_of
from refunds.texts.reason_texts import reason_text
from refunds.texts.violation_texts import violation_texts
from refunds.usecases.projections.list_events import ScopedEvent

_NO_METADATA: Mapping[str, str] = {}


def payment_out(payment: Payment) -> PaymentOut:
    """Returns the response model of a payment."""
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
    """Returns the response model of a refund."""
    return RefundOut(
        id=refund.id,
        payment_id=payment.id,
        merchant_id=payment.merchant_id,
        status=refund.status,
        status_reason=_status_reason(refund),
        amount=refund.amount,
        currency=payment.currency,
        method=refund.method,
        destination=_destination(payment, refund),
        reason=ReasonBody(code=refund.reason.code, text=refund.reason.text),
        line_items=[_line_item(item) for item in refund.line_items],
        fees=(),
        violations=[_violation(violation) for violation in refund.violations],
        approvals_required=refund.approvals_asked,
        approvals=[_approval(approval) for approval in refund.approvals],
        attempts=[_attempt(attempt) for attempt in refund.attempts],
        arn=refund.arn or None,
        expected_at=refund.expected_at,
        created_at=refund.created_at,
        updated_at=refund.updated_at,
        created_by=refund.created_by,
        metadata=refund.metadata or _NO_METADATA,
    )


def _status_reason(refund: Refund) -> StatusReason | None:
    reason = refund.status_reason
    return None if reason is None else StatusReason(code=reason.code, message=reason_text(refund, reason))


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
    message, remediation = violation_texts(violation)
    return ViolationOut(
        code=violation.code,
        category=violation.category,
        pointer=violation.pointer,
        message=message,
        remediation=remediation,
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
    """Returns the response model of a refund in a list."""
    return RefundRowOut(
        id=row.id,
        payment_id=row.payment_id,
        merchant_id=row.merchant_id,
        status=row.status,
        status_reason=StatusReasonCode(code=row.status_reason) if row.status_reason else None,
        amount=row.amount,
        currency=row.currency,
        method=row.method,
        payment_method=MethodTypeOut(type=row.payment_method),
        gateway=row.gateway,
        reason=ReasonCode(code=row.reason),
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def event_out(event: Event) -> EventOut:
    """Returns the response model of an event."""
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
    """Returns the response model of an explanation."""
    return WhyOut(
        refund_id=refund_id,
        status=explanation.status,
        because=because_of(explanation),
        next=next_of(explanation),
        next_at=explanation.next_at,
        waits_for=explanation.waits_for,
    )


def tenant_out(tenant: Tenant) -> TenantOut:
    """Returns the response model of a tenant."""
    return TenantOut(
        id=tenant.id, kind=tenant.kind, parent_id=tenant.parent_id or None, name=tenant.name, path=tenant.path
    )


def scoped_event_out(scoped: ScopedEvent) -> ScopedEventOut:
    """Returns the response model of an event with its payment and merchant."""
    event = scoped.event
    return ScopedEventOut(
        id=event.id,
        type=event.type,
        at=event.at,
        merchant_id=scoped.merchant_id,
        payment_id=scoped.payment_id,
        refund_id=event.refund_id or None,
        actor=event.actor,
        from_status=event.from_status or None,
        status=event.status,
        amount=event.amount,
        code=event.code or None,
    )


def audit_record_out(record: AuditRecord) -> AuditRecordOut:
    """Returns the response model of an audit record."""
    link, entry = record.link, record.entry
    return AuditRecordOut(
        tenant_id=link.chain,
        seq=link.seq,
        subject=entry.subject,
        version=entry.version,
        body=entry.body.decode(),
        previous_hash=link.previous_hash,
        hash=link.hash,
    )
