"""Creates payment documents, and for each an update that adds a refund, as the product would write them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace
from pymongo import UpdateOne

from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.payments.documents import new_payment_document, update_of
from refunds.domain.ids import event_id
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.payment import MethodType, Payment, PaymentMethod, Reason, RefundMethod
from refunds.domain.refund.lifecycle import RequestRefund, request_refund
from refunds.domain.settings.parameters import ParameterSnapshot
from refunds.domain.settings.refund_policy import Limits, limits_of

PATH = ("platform", "bank_bench", "program_bench", "organization_bench", "mer_bench")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document that is inserted before the measurement, and the measured update of this document."""

    document: dict[str, Any]
    update: UpdateOne


def prepare(wanted: int) -> list[Prepared]:
    """Returns `wanted` documents with their updates, each of a different payment."""
    now, ids = SystemClock().now(), SystemIds()
    limits = limits_of(ParameterSnapshot(0, ()), PATH, now)
    return [_prepared(captured_payment(ids, now, number), ids, limits, now) for number in range(wanted)]


def _prepared(payment: Payment, ids: SystemIds, limits: Limits, now: datetime) -> Prepared:
    command = refund_request(ids, payment, f"ref-{payment.id}", 1_000)
    stored = replace(payment, events=())
    decided = request_refund(stored, command, limits, now).payment
    write_id = ids.new("w")
    where = {"_id": payment.id, "merchant_id": payment.merchant_id, "version": payment.version}
    return Prepared(
        document=new_payment_document(payment),
        update=UpdateOne(where, update_of(stored, decided, write_id)),
    )


def refund_request(ids: SystemIds, payment: Payment, key: str, amount: int) -> RequestRefund:
    """A request for a refund of the payment."""
    return RequestRefund(
        refund_id=ids.refund_id(payment.id, payment.merchant_id),
        idempotency_key=key,
        fingerprint="0" * 64,
        amount=amount,
        currency="USD",
        method=RefundMethod.ORIGINAL_PAYMENT,
        reason=Reason(code="requested_by_customer", text="The parcel arrived damaged."),
        line_items=(),
        metadata={"order": key},
        is_submitted=True,
        requested_by="bench:service",
    )


def captured_payment(ids: SystemIds, now: datetime, number: int) -> Payment:
    """A new payment without refunds."""
    payment_id = ids.new("pay")
    return Payment(
        id=payment_id,
        merchant_id=PATH[-1],
        path=PATH,
        version=1,
        captured_amount=500_000,
        reserved_amount=0,
        refunded_amount=0,
        currency="USD",
        payment_method=PaymentMethod(type=MethodType.CREDIT_CARD, token="tok_ok"),
        gateway="sandbox",
        gateway_payment_id=f"gp_{payment_id}",
        captured_at=now - timedelta(days=1),
        created_at=now,
        idempotency_key=payment_id,
        fingerprint="0" * 64,
        customer_id=f"cus_{number % 1000:04d}",
        events=(_captured(payment_id, now),),
    )


def _captured(payment_id: str, now: datetime) -> Event:
    return Event(
        id=event_id(payment_id, 1, 0),
        type=EventType.PAYMENT_CAPTURED,
        at=now,
        refund_id="",
        actor="bench:service",
        from_status="",
        status="captured",
        amount=500_000,
    )
