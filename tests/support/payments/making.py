"""Makes domain values for tests: a payment, a decision that asks for a refund, and others on it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.support.copies import replace

from refunds.domain import ids
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.payment import Decision, MethodType, Payment, PaymentMethod, Reason, RefundMethod
from refunds.domain.refund.lifecycle import RequestRefund, request_refund
from refunds.domain.settings.parameters import ParameterSnapshot
from refunds.domain.settings.refund_policy import Limits, limits_of
from refunds.domain.tenancy import Scope

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PATH = ("platform", "bnk_01", "prg_01", "org_01", "mer_01")
IN_SCOPE = Scope(node_id="org_01")
ELSEWHERE = Scope(node_id="org_02")
LIMITS: Limits = limits_of(ParameterSnapshot(0, ()), PATH, NOW)

_numbers = count(1)


def payment(payment_id: str = "pay_01", **changes: Any) -> Payment:
    """A captured payment of 100.00 EUR, not yet stored."""
    made = Payment(
        id=payment_id,
        merchant_id="mer_01",
        path=PATH,
        version=1,
        captured_amount=10_000,
        reserved_amount=0,
        refunded_amount=0,
        currency="EUR",
        payment_method=PaymentMethod(type=MethodType.CREDIT_CARD, token="tok_ok"),
        gateway="sandbox",
        gateway_payment_id=f"gw_{payment_id}",
        captured_at=NOW - timedelta(days=3),
        created_at=NOW,
        idempotency_key=f"key-{payment_id}",
        fingerprint="f1",
    )
    changed = replace(made, **changes)
    captured = Event(
        id=ids.event_id(changed.id, 1, 0),
        type=EventType.PAYMENT_CAPTURED,
        at=NOW,
        refund_id="",
        actor="platform",
        from_status="",
        status="captured",
        amount=changed.captured_amount,
    )
    return replace(changed, events=(captured,))


def asking(
    amount: int | None = 1_000,
    key: str = "key-1",
    fingerprint: str = "f1",
    *,
    limits: Limits = LIMITS,
    at: datetime = NOW,
    **changes: Any,
) -> Callable[[Payment], Decision]:
    """A decision that asks for a refund."""
    number = next(_numbers)

    def decide(present: Payment) -> Decision:
        command = RequestRefund(
            refund_id=ids.refund_id(1_772_366_400_000 + number, number, present.id, present.merchant_id),
            idempotency_key=key,
            fingerprint=fingerprint,
            amount=amount,
            currency=None,
            method=RefundMethod.ORIGINAL_PAYMENT,
            reason=Reason(code="requested_by_customer"),
            line_items=(),
            metadata=None,
            is_submitted=True,
            requested_by="user_1",
        )
        return request_refund(present, replace(command, **changes), limits, at)

    return decide
