"""Steps on the payment store on MongoDB that several files of tests share."""

import asyncio
from typing import Any, TypeAlias

import pytest
from tests.support.payments.payments import LIMITS, NOW, a_payment, a_request

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.journal.payments import JournalPayments
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.refund.lifecycle import RequestRefund, request_refund
from refunds.domain.tenancy import ALL_TENANTS

IDS = SystemIds()

Kind: TypeAlias = type[MongoPaymentStore | JournalPayments]
BOTH_KINDS = pytest.mark.parametrize("kind", [MongoPaymentStore, JournalPayments], ids=["documents", "journal"])
"""Runs a test with the store of today, and with the one on the journal."""


def new_payment(captured_amount: int = 100, **changed: object) -> Payment:
    payment_id = IDS.new("pay")
    fields: dict[str, object] = {
        "id": payment_id,
        "gateway_payment_id": f"gw_{payment_id}",
        "idempotency_key": f"key_{payment_id}",
    }
    return a_payment(captured_amount, **(fields | changed))


def asking(command: RequestRefund, within: Any = LIMITS) -> Any:
    return lambda payment: request_refund(payment, command, within, NOW)


async def stored_payment(store: MongoPaymentStore, captured_amount: int = 100, **changed: object) -> Payment:
    payment, _ = await store.add(new_payment(captured_amount, **changed))
    return payment


async def refunded(store: MongoPaymentStore, payment: Payment, amount: int | None = 60, **request: Any) -> Decision:
    return await store.change(ALL_TENANTS, payment.id, asking(a_request(amount, payment=payment, **request)))


async def outcomes(changes: Any) -> list[Decision | BaseException]:
    return await asyncio.gather(*changes, return_exceptions=True)
