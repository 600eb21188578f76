"""A webhook that could not be stored is not taken, so that its gateway delivers it again."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.gateway.sandbox_process import free_port, running
from tests.support.adapters.shop import Shop
from tests.support.gateway.gateway_endpoint import SECRET, GatewayEndpoint, endpoint_on, notice_of

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.errors import OutcomeUnknown, Overloaded, StoreUnavailable
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import ALL_TENANTS

Database = AsyncDatabase[Any]

TAKEN = 204

PATIENCE_S = 20.0


# --- what could not be stored is not taken -------------------------------------------------------


class FailingPayments(MongoPaymentStore):
    """Fails as often as it is told to, before or after it has stored."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, SystemIds().write_token)
        self.before: list[Exception] = []
        self.after: list[Exception] = []

    async def change(self, *args: Any) -> Decision:
        """See the port, in good times."""
        if self.before:
            raise self.before.pop()
        decision = await super().change(*args)
        if self.after:
            raise self.after.pop()
        return decision


@pytest.mark.parametrize(
    ("error", "status"),
    [(StoreUnavailable(), 503), (OutcomeUnknown(), 503), (Overloaded(), 429), (ZeroDivisionError(), 500)],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_webhook_that_could_not_be_stored_is_not_taken_so_that_it_is_sent_again(
    database: Database, mongodb_uri: str, error: Exception, status: int, moment: str
) -> None:
    """10: also where the write held although nobody could say so."""
    payments = FailingPayments(database)
    async with endpoint_on(database, mongodb_uri, payments=payments) as endpoint:
        payment = await endpoint.shop.capture()
        refund = await endpoint.shop.refund(payment)
        getattr(payments, moment).append(error)

        statuses = [await endpoint.deliver(notice_of(payment, refund)) for _ in range(2)]

        assert statuses == [status, TAKEN]
        assert (await endpoint.refund_of(payment)).status is Status.COMPLETED
        assert (await endpoint.events_of(refund)).count("refund.completed") == 1


async def test_gateway_delivers_again_until_the_payment_is_there(
    database: Database, mongodb_uri: str, tmp_path: Path
) -> None:
    """10: the real sandbox, whose webhook comes before we know the payment; only our 2xx ends its deliveries."""
    port = free_port()
    webhooks = {"WEBHOOK_URL": f"http://127.0.0.1:{port}/webhooks/sandbox", "WEBHOOK_SECRET": SECRET}
    quick = {"WEBHOOK_BACKOFF_MIN_MS": "1", "WEBHOOK_BACKOFF_MAX_MS": "20"}
    with running(tmp_path / "books", **webhooks, **quick) as sandbox:
        async with endpoint_on(database, mongodb_uri, port=port) as endpoint:
            made = {"gateway_payment_id": "gp_0", "amount": 300, "currency": "EUR", "captured_amount": 1_000}
            assert sandbox.client.post("/dashboard/refunds", json=made).status_code == 201
            shop = Shop(database)
            payment = await shop.capture(1_000)

            assert payment.gateway_payment_id == "gp_0"
            assert await adopted(endpoint, payment) == 300


async def adopted(endpoint: GatewayEndpoint, payment: Payment) -> int:
    """What is refunded once anything is, waited for."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            present = await endpoint.parts.payments.get(ALL_TENANTS, payment.id)
            if present.refunded_amount:
                return present.refunded_amount
            await asyncio.sleep(0.01)
