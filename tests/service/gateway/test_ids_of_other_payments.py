"""The gateway's id of a refund of one payment, told for another payment: never counted twice, and named."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs
from tests.support.adapters.verifying import lines_of, verified_without_books
from tests.support.copies import replace
from tests.support.gateway.gateway_endpoint import GatewayEndpoint, endpoint_on, notice_of
from tests.support.gateway.notices import a_notice
from tests.support.gateway.scripted_gateway import ScriptedGateway

from refunds.adapters.mongo.gateway.unread_webhooks import MongoUnreadWebhooks
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind
from refunds.domain.payment.payment import Payment
from refunds.domain.payment.states import Status
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds.usecases.gateway.submit_to_gateway import SubmitToGateway
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
TAKEN = 204
BOUNDS = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)


@pytest.fixture
async def endpoint(database: Database, mongodb_uri: str) -> AsyncIterator[GatewayEndpoint]:
    """A running endpoint on an empty database."""
    async with endpoint_on(database, mongodb_uri) as opened:
        yield opened


def made_there(payment: Payment, name: str, **data: Any) -> dict[str, Any]:
    """What the gateway tells of a refund of 300 under its id `name`, without our reference."""
    told = {"gateway_payment_id": payment.gateway_payment_id, "gateway_refund_id": name, "amount": 300}
    return a_notice(reference=None, **{"currency": payment.currency, **told, **data})


async def booked(endpoint: GatewayEndpoint, *, is_ours: bool, merchant_id: str) -> tuple[Payment, str]:
    """A payment of this merchant with a completed refund of 300, and the gateway's id of that refund."""
    payment = await endpoint.shop.capture(1_000, merchant_id)
    if is_ours:
        refund = await endpoint.shop.settle(payment, await endpoint.shop.refund(payment, 300))
        return payment, refund.attempts[-1].gateway_refund_id
    assert await endpoint.deliver(made_there(payment, "sbr_9")) == TAKEN
    return payment, "sbr_9"


async def shared_ids(endpoint: GatewayEndpoint) -> float:
    """How many results under the id of another payment's refund were counted."""
    async with endpoint.session.get(f"{endpoint.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("refunds_gateway_shared_ids_total"))


async def violations(database: Database) -> list[str]:
    """The lines of every check of the ids at gateways."""
    report = await verified_without_books(database, BOUNDS)
    return [line for check in report.checks if check.invariant is Invariant.GATEWAY_IDS for line in lines_of(check)]


@pytest.mark.parametrize("merchant_id", ["mer_1", "mer_9"])
@pytest.mark.parametrize("is_ours", [True, False])
@pytest.mark.parametrize("status", ["succeeded", "failed"])
async def test_webhook_under_the_id_of_another_payments_refund_books_nothing_and_is_kept_for_a_person(
    endpoint: GatewayEndpoint, database: Database, is_ours: bool, merchant_id: str, status: str
) -> None:
    first, name = await booked(endpoint, is_ours=is_ours, merchant_id=merchant_id)
    other = await endpoint.shop.capture(1_000, "mer_1")
    before = [await endpoint.present(first), await endpoint.present(other)]

    with capture_logs() as logged:
        statuses = [await endpoint.deliver(made_there(other, name, status=status)) for _ in range(2)]

    (named, _) = [line for line in logged if line["event"] == "gateway.id_of_other_payment"]
    assert statuses == [TAKEN, TAKEN]
    assert [await endpoint.present(first), await endpoint.present(other)] == before
    assert (named["payment_id"], named["owners"], await shared_ids(endpoint)) == (other.id, [first.id], 2)
    (kept,) = await MongoUnreadWebhooks(database).oldest(10)
    assert "another payment" in kept.why
    report = await verified_without_books(database, BOUNDS)
    assert (report.unread_webhooks, await violations(database)) == (1, [])


@pytest.mark.parametrize("number", [0, 1])
async def test_each_of_the_ids_that_a_gateway_uses_for_a_refund_belongs_to_its_payment(
    endpoint: GatewayEndpoint, number: int
) -> None:
    first = await endpoint.shop.capture(1_000, "mer_9")
    refund = await endpoint.shop.settle(first, await endpoint.shop.refund(first, 300))
    assert await endpoint.deliver(notice_of(first, refund, gateway_refund_id="sbr_of_the_request")) == TAKEN
    attempt = (await endpoint.refund_of(first)).attempts[-1]
    names = [attempt.gateway_refund_id, *attempt.doubts.other_ids]
    other = await endpoint.shop.capture(1_000)

    status = await endpoint.deliver(made_there(other, names[number]))

    assert len(names) == 2
    assert status == TAKEN
    assert (await endpoint.present(other)).refunds == ()
    assert await shared_ids(endpoint) == 1


async def test_answer_under_the_id_of_another_payments_refund_completes_nothing(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    first, name = await booked(endpoint, is_ours=True, merchant_id="mer_1")
    other = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(other, 300)
    told = GatewayResult(kind=ResultKind.SUCCEEDED, gateway_refund_id=name, amount=300, currency=other.currency)
    submit = submitting(
        endpoint, ScriptedGateway(submits=[told], asks=[told, replace(told, gateway_refund_id="sbr_2")])
    )

    await submit.hinted(other.id, refund.id)
    submitted = await endpoint.refund_of(other)
    endpoint.shop.clock.present = submitted.due_at or endpoint.shop.clock.present
    await submit.due(await endpoint.present(other), refund.id)
    asked = await endpoint.refund_of(other)
    endpoint.shop.clock.present = asked.due_at or endpoint.shop.clock.present
    await submit.due(await endpoint.present(other), refund.id)

    assert (submitted.status, submitted.attempts[-1].gateway_refund_id) == (Status.UNKNOWN, "")
    assert (submitted.attempts[-1].error_raw, asked.status) == ("id_of_other_payment", Status.UNKNOWN)
    settled = await endpoint.refund_of(other)
    assert (settled.status, settled.attempts[-1].gateway_refund_id) == (Status.COMPLETED, "sbr_2")
    assert (await endpoint.present(first)).refunded_amount == 300
    assert await violations(database) == []


async def test_id_that_two_payments_have_under_our_own_references_is_found_by_the_verification(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    first, name = await booked(endpoint, is_ours=True, merchant_id="mer_9")
    other = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(other, 300)

    assert await endpoint.deliver(notice_of(other, refund, gateway_refund_id=name)) == TAKEN

    assert (await endpoint.refund_of(other)).status is Status.COMPLETED
    (line,) = await violations(database)
    assert all(part in line for part in (first.id, other.id, name, "sandbox"))


def submitting(endpoint: GatewayEndpoint, gateway: ScriptedGateway) -> SubmitToGateway:
    """What submits and asks, of another process, whose gateway says what a test tells it."""
    parts = endpoint.parts
    record = RecordGatewayResult(
        payments=parts.payments, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids
    )
    return SubmitToGateway(
        payments=parts.payments,
        config_cache=parts.config_cache,
        clock=parts.clock,
        gateways={gateway.name: gateway},
        record=record,
    )
