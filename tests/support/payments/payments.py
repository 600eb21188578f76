"""Payments, refunds, limits and gateways' words for the tests of the pure core, each with the plainest defaults."""

from datetime import UTC, datetime, timedelta
from itertools import count

from tests.support.copies import replace

from refunds.domain import ids
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.payment.payment import (
    Approval,
    Decision,
    LineItem,
    MethodType,
    Payment,
    PaymentMethod,
    Reason,
    Refund,
    RefundMethod,
)
from refunds.domain.refund.lifecycle import RequestRefund, request_refund
from refunds.domain.settings.parameters import ParameterSnapshot
from refunds.domain.settings.refund_policy import Limits, limits_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PATH = ("platform", "bnk_1", "prg_1", "org_1", "mer_1")
LIMITS = limits_of(ParameterSnapshot(0, ()), PATH, NOW)
GATEWAY = "gateway:sandbox"

_refund_numbers = count(1)


def seconds(number: float) -> timedelta:
    """A span of so many seconds."""
    return timedelta(seconds=number)


def limits(**changed: object) -> Limits:
    """The default limits but for those given."""
    return replace(LIMITS, **changed)  # type: ignore[arg-type]


def a_payment(captured_amount: int = 100, **changed: object) -> Payment:
    """A captured payment without refunds, in minor units of EUR where nothing else is said."""
    payment = Payment(
        id="pay_1",
        merchant_id="mer_1",
        path=PATH,
        version=1,
        captured_amount=captured_amount,
        reserved_amount=0,
        refunded_amount=0,
        currency="EUR",
        payment_method=PaymentMethod(type=MethodType.CREDIT_CARD, token="tok_ok"),
        gateway="sandbox",
        gateway_payment_id="gw_1",
        captured_at=NOW - timedelta(days=1),
        created_at=NOW - timedelta(days=1),
        idempotency_key="payment-key",
        fingerprint="payment-body",
    )
    return replace(payment, **changed)  # type: ignore[arg-type]


def paid_by(method: MethodType, captured_amount: int = 100, **changed: object) -> Payment:
    """A payment by that method."""
    return a_payment(captured_amount, payment_method=PaymentMethod(type=method, token="tok_ok"), **changed)


def a_request(
    amount: int | None = 60,
    *,
    key: str = "",
    body: str = "body",
    by: str = "usr_asker",
    currency: str | None = None,
    method: RefundMethod = RefundMethod.ORIGINAL_PAYMENT,
    line_items: tuple[LineItem, ...] = (),
    is_submitted: bool = True,
    is_reviewed_now: bool = True,
    payment: Payment | None = None,
) -> RequestRefund:
    """A request for a refund under a fresh id, and a fresh key where none is given."""
    number = next(_refund_numbers)
    of = payment or a_payment()
    return RequestRefund(
        refund_id=ids.refund_id(1_700_000_000_000, number, of.id, of.merchant_id),
        idempotency_key=key or f"key-{number}",
        fingerprint=body,
        amount=amount,
        currency=currency,
        method=method,
        reason=Reason(code="requested_by_customer"),
        line_items=line_items,
        metadata=None,
        is_submitted=is_submitted,
        requested_by=by,
        is_reviewed_now=is_reviewed_now,
    )


def stored(decision: Decision) -> Payment:
    """The aggregate as a store would give it back: one version further, without new events."""
    payment = decision.payment
    return replace(payment, version=payment.version + 1, events=()) if payment.events else payment


def asked(payment: Payment, amount: int | None = 60, at: datetime = NOW, **request: object) -> tuple[Payment, Refund]:
    """The stored payment with one refund more, and that refund."""
    command = a_request(amount, payment=payment, **request)  # type: ignore[arg-type]
    decision = request_refund(payment, command, LIMITS, at)
    return stored(decision), decision.refund


def a_result(kind: ResultKind, **fields: object) -> GatewayResult:
    """A gateway's result."""
    return GatewayResult(kind=kind, **fields)  # type: ignore[arg-type]


def with_result(
    payment: Payment, refund: Refund, kind: ResultKind, at: datetime = NOW, within: Limits = LIMITS, **fields: object
) -> tuple[Payment, Refund]:
    """The stored payment after a gateway's result on the refund's latest attempt, and the refund after."""
    decision = record_gateway_result(payment, refund.attempts[-1].id, a_result(kind, **fields), within, at, GATEWAY)
    return stored(decision), decision.refund


def answered(
    payment: Payment, refund: Refund, kind: ResultKind, at: datetime = NOW, within: Limits = LIMITS, **fields: object
) -> tuple[Payment, Refund]:
    """The stored payment after the gateway's answer to a question, and the refund after."""
    return with_result(
        payment, refund, kind, at, within, source=Source.QUERY, submission=refund.attempts[-1].tries, **fields
    )


def an_approval(by: str = "usr_approver", decision: str = "approved", at: datetime = NOW) -> Approval:
    """One person's decision."""
    return Approval(by=by, role="merchant_admin", decision=decision, at=at, text="looked at")


def shown(refund: Refund) -> Refund:
    """The refund without what only its next work needs: what is left stands in answers."""
    return replace(refund, due_at=None, due_for=None, history_count=0)
