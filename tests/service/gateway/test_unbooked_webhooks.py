"""External refunds that our own data stands against: kept, tried again until they are recorded, named meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs
from tests.support.adapters.verifying import verified_without_books
from tests.support.gateway.gateway_endpoint import GatewayEndpoint, endpoint_on, notice_of
from tests.support.gateway.notices import a_notice
from tests.support.gateway.scripted_gateway import LOST, SUCCEEDED, UNAVAILABLE, ScriptedGateway

from refunds.adapters.memory.gateway.unread_webhooks import MemoryUnreadWebhooks
from refunds.adapters.mongo.gateway.unread_webhooks import MongoUnreadWebhooks
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.submission import GatewayStep, begin_step
from refunds.domain.payment.payment import Payment, Refund, Work
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import ALL_TENANTS
from refunds.services.gateway_integration.unbooked_webhooks import QUIET, WHYS, UnbookedWebhooks
from refunds.texts.finding_lines import line_of
from refunds.usecases.gateway.book_kept_notice import BookKeptNotice
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
TAKEN, REFUSED, ON_ITS_WAY, UNAVAILABLE_NOW = 204, 422, 409, 503
FAILED = GatewayResult(kind=ResultKind.FAILED)
BOUNDS = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)


@pytest.fixture
async def endpoint(database: Database, mongodb_uri: str) -> AsyncIterator[GatewayEndpoint]:
    """A running endpoint on an empty database."""
    async with endpoint_on(database, mongodb_uri) as opened:
        yield opened


def made_there(payment: Payment, amount: int = 300, **data: Any) -> dict[str, Any]:
    """What the gateway tells of a refund that somebody made in its dashboard."""
    told = {"gateway_payment_id": payment.gateway_payment_id, "gateway_refund_id": "sbr_9", "amount": amount}
    return a_notice(reference=None, **{"currency": payment.currency, **told, **data})


async def counted(endpoint: GatewayEndpoint, kind: str) -> float:
    """How many webhooks of this kind were counted as none that concern us."""
    async with endpoint.session.get(f"{endpoint.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    shown = [line for line in lines if "_webhooks_ignored_total" in line and f'kind="{kind}"' in line]
    return sum(float(line.split()[-1]) for line in shown)


def unbooked_of(endpoint: GatewayEndpoint, gateway: ScriptedGateway, every_s: float = 60.0) -> UnbookedWebhooks:
    """The loop of another process, whose gateway says what a test tells it."""
    parts, gateways = endpoint.parts, {gateway.name: gateway}
    record = RecordGatewayResult(
        payments=parts.payments, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids
    )
    return UnbookedWebhooks(
        webhooks=parts.unread_webhooks,
        gateways=gateways,
        book=BookKeptNotice(gateways=gateways, record=record),
        clock=parts.clock,
        every_s=every_s,
    )


async def without_room(endpoint: GatewayEndpoint) -> tuple[Payment, Any]:
    """A payment whose refund of 800 is at its gateway, and a refund of 300 made there that was refused twice."""
    payment = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(payment, 800)
    assert [await endpoint.deliver(made_there(payment)) for _ in range(2)] == [REFUSED, REFUSED]
    return payment, refund


async def test_what_found_no_room_is_kept_once_and_recorded_as_soon_as_there_is_room(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    payment, refund = await without_room(endpoint)
    gateway = ScriptedGateway(asks=[SUCCEEDED])
    unbooked, store = unbooked_of(endpoint, gateway), MongoUnreadWebhooks(database)
    (kept,) = await store.oldest(10)
    assert (kept.webhook_id, kept.why in WHYS.values()) == ("sbe_1", True)

    await unbooked.try_again()
    assert (await store.count(), gateway.asked, (await endpoint.present(payment)).refunded_amount) == (1, [], 0)
    await endpoint.shop.settle(payment, refund, ResultKind.REFUSED, "amount_exceeds_remaining")
    await unbooked.try_again()

    assert (await store.count(), (await endpoint.present(payment)).refunded_amount) == (0, 300)
    assert gateway.asked_names == ["sbr_9"]
    await unbooked.try_again()
    assert (await endpoint.present(payment)).refunded_amount == 300


async def test_what_may_be_ours_is_kept_until_ours_has_ended(endpoint: GatewayEndpoint, database: Database) -> None:
    payment = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(payment, 300)
    assert await endpoint.deliver(made_there(payment)) == ON_ITS_WAY
    unbooked, store = unbooked_of(endpoint, ScriptedGateway(asks=[SUCCEEDED])), MongoUnreadWebhooks(database)

    await unbooked.try_again()
    assert (await store.count(), (await endpoint.present(payment)).refunded_amount) == (1, 0)
    await endpoint.shop.settle(payment, refund, ResultKind.SUCCEEDED)
    await unbooked.try_again()

    assert (await store.count(), (await endpoint.present(payment)).refunded_amount) == (0, 600)


async def test_gateway_that_delivers_it_again_itself_is_not_asked(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    payment, refund = await without_room(endpoint)
    gateway = ScriptedGateway()
    await endpoint.shop.settle(payment, refund, ResultKind.REFUSED, "amount_exceeds_remaining")
    assert await endpoint.deliver(made_there(payment)) == TAKEN

    await unbooked_of(endpoint, gateway).try_again()

    assert (await MongoUnreadWebhooks(database).count(), gateway.asked) == (0, [])
    assert (await endpoint.present(payment)).refunded_amount == 300


@pytest.mark.parametrize(
    ("answer", "kept"), [(FAILED, 0), (LOST, 1), (UNAVAILABLE, 1), (GatewayResult(kind=ResultKind.NOT_FOUND), 1)]
)
async def test_old_webhook_that_the_gateway_does_not_confirm_is_not_recorded(
    endpoint: GatewayEndpoint, database: Database, answer: GatewayResult, kept: int
) -> None:
    payment, refund = await without_room(endpoint)
    await endpoint.shop.settle(payment, refund, ResultKind.REFUSED, "amount_exceeds_remaining")

    await unbooked_of(endpoint, ScriptedGateway(asks=[answer])).try_again()

    assert await MongoUnreadWebhooks(database).count() == kept
    assert (await endpoint.present(payment)).refunded_amount == 0


async def test_more_than_was_captured_stays_kept_logged_and_named_until_a_person_has_dealt_with_it(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    payment = await endpoint.shop.capture(1_000)
    await endpoint.shop.settle(payment, await endpoint.shop.refund(payment, 800))
    assert await endpoint.deliver(made_there(payment)) == REFUSED
    unbooked, store = unbooked_of(endpoint, ScriptedGateway()), MongoUnreadWebhooks(database)

    with capture_logs() as early:
        await unbooked.try_again()
    endpoint.shop.clock.present += QUIET + timedelta(seconds=1)
    with capture_logs() as late:
        await unbooked.try_again()
        await unbooked.try_again()

    report = await verified_without_books(database, BOUNDS)
    assert [line["event"] for line in early if line["log_level"] == "error"] == []
    assert [(line["event"], line["count"]) for line in late if line["log_level"] == "error"] == [
        ("webhook.unread", 1)
    ] * 2
    assert (report.unread_webhooks, "more than is left" in line_of(report.unread[0])) == (1, True)
    assert (await endpoint.present(payment)).refunded_amount == 800
    assert await store.remove("sandbox", "sbe_1")
    with capture_logs() as after:
        await unbooked.try_again()
    assert after == []


@pytest.mark.parametrize(("answer", "kept"), [(FAILED, 0), (SUCCEEDED, 1), (LOST, 1), (UNAVAILABLE, 1)])
async def test_what_never_found_room_and_failed_at_its_gateway_since_is_kept_no_longer(
    endpoint: GatewayEndpoint, database: Database, answer: GatewayResult, kept: int
) -> None:
    payment = await endpoint.shop.capture(1_000)
    await endpoint.shop.settle(payment, await endpoint.shop.refund(payment, 800))
    assert await endpoint.deliver(made_there(payment)) == REFUSED
    gateway, store = ScriptedGateway(asks=[answer]), MongoUnreadWebhooks(database)
    unbooked = unbooked_of(endpoint, gateway)

    await unbooked.try_again()
    assert (await store.count(), gateway.asked) == (1, [])
    endpoint.shop.clock.present += QUIET + timedelta(seconds=1)
    await unbooked.try_again()

    assert (await store.count(), gateway.asked_names) == (kept, ["sbr_9"])
    assert (await endpoint.present(payment)).refunded_amount == 800


async def test_another_currency_is_kept_and_what_names_our_reference_is_not(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    payment = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(payment, 800)

    statuses = [await endpoint.deliver(notice_of(payment, refund, amount=801))]
    assert await MongoUnreadWebhooks(database).count() == 0
    statuses.append(await endpoint.deliver(made_there(payment, 100, currency="JPY")))

    assert statuses == [REFUSED, REFUSED]
    assert await MongoUnreadWebhooks(database).count() == 1


@pytest.mark.parametrize("status", ["failed", "pending"])
async def test_what_moved_nothing_and_is_none_of_ours_is_taken_counted_and_logged(
    endpoint: GatewayEndpoint, database: Database, status: str
) -> None:
    payment = await endpoint.shop.capture(1_000)
    await endpoint.shop.settle(payment, await endpoint.shop.refund(payment, 300))
    await endpoint.shop.refund(payment, 200)
    before = await endpoint.present(payment)

    with capture_logs() as logged:
        statuses = [await endpoint.deliver(made_there(payment, status=status)) for _ in range(2)]

    said = [line for line in logged if line["event"] == "webhook.ignored"]
    assert statuses == [TAKEN, TAKEN]
    assert await counted(endpoint, f"external_refund.{status}") == 2
    assert [(line["kind"], line["count"]) for line in said] == [(f"external_refund.{status}", 1)]
    assert (await endpoint.present(payment), await MongoUnreadWebhooks(database).count()) == (before, 0)


@pytest.mark.parametrize("status", ["failed", "pending"])
async def test_what_moved_nothing_and_may_be_ours_is_kept_until_ours_has_another_id_there(
    endpoint: GatewayEndpoint, database: Database, status: str
) -> None:
    payment = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(payment, 300)
    assert await endpoint.deliver(made_there(payment, status=status)) == ON_ITS_WAY
    unbooked, store = unbooked_of(endpoint, ScriptedGateway()), MongoUnreadWebhooks(database)

    await unbooked.try_again()
    assert await store.count() == 1
    await endpoint.shop.settle(payment, refund)
    await unbooked.try_again()

    assert (await store.count(), (await endpoint.present(payment)).refunded_amount) == (0, 300)
    assert await endpoint.deliver(made_there(payment, status=status)) == TAKEN


async def test_failure_that_proves_to_be_of_ours_reaches_ours(endpoint: GatewayEndpoint, database: Database) -> None:
    payment = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(payment, 300)
    told = made_there(payment, status="failed", gateway_refund_id=f"gr_{refund.id}")
    assert await endpoint.deliver(told) == ON_ITS_WAY
    unbooked, store = unbooked_of(endpoint, ScriptedGateway()), MongoUnreadWebhooks(database)

    await endpoint.shop.settle(payment, refund, ResultKind.PENDING)
    await unbooked.try_again()

    assert (await store.count(), (await endpoint.refund_of(payment)).status) == (0, Status.FAILED)
    assert (await endpoint.present(payment)).refundable_amount == 1_000


async def never_found(endpoint: GatewayEndpoint, payment: Payment) -> Refund:
    """Our refund of 300, which failed since the gateway did not find any of its submissions."""
    shop = endpoint.shop
    refund = await shop.settle_unheard(payment, await shop.refund(payment, 300))
    while refund.status is not Status.FAILED:
        name, due_at = refund.id, refund.due_at
        assert due_at is not None
        begun = await shop.payments.change(
            ALL_TENANTS, payment.id, lambda present, name=name, at=due_at: begin_step(present, name, shop.limits, at)
        )
        is_query = begun.step is GatewayStep.QUERY
        refund = await (
            shop.answer(payment, refund, ResultKind.NOT_FOUND) if is_query else shop.settle_unheard(payment, refund)
        )
    return refund


async def test_success_that_proves_to_be_of_ours_that_was_never_found_is_no_external_refund(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    payment = await endpoint.shop.capture(1_000)
    refund = await never_found(endpoint, payment)
    assert await endpoint.deliver(made_there(payment)) == ON_ITS_WAY
    seen = GatewayResult(kind=ResultKind.SUCCEEDED, gateway_refund_id="sbr_9", source=Source.QUERY)
    gateway, store = ScriptedGateway(asks=[seen]), MongoUnreadWebhooks(database)

    await unbooked_of(endpoint, gateway).try_again()
    assert (await store.count(), gateway.asked[-1]) == (1, refund.attempts[-1].id)
    asked = await endpoint.refund_of(payment)
    assert (asked.id, asked.status, asked.due_for) == (refund.id, Status.UNKNOWN, Work.GATEWAY)
    await endpoint.shop.answer(payment, asked, ResultKind.SUCCEEDED)
    await unbooked_of(endpoint, gateway).try_again()

    present = await endpoint.present(payment)
    assert (await store.count(), present.refunded_amount, len(present.refunds)) == (0, 300, 1)


async def test_success_is_external_once_the_gateway_has_not_found_ours_again(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    payment = await endpoint.shop.capture(1_000)
    await never_found(endpoint, payment)
    assert await endpoint.deliver(made_there(payment)) == ON_ITS_WAY
    unheard = GatewayResult(kind=ResultKind.UNKNOWN, source=Source.QUERY)
    not_found = GatewayResult(kind=ResultKind.NOT_FOUND, source=Source.QUERY)

    await unbooked_of(endpoint, ScriptedGateway(asks=[SUCCEEDED, unheard])).try_again()
    assert (await MongoUnreadWebhooks(database).count(), (await endpoint.present(payment)).refunded_amount) == (1, 0)
    await unbooked_of(endpoint, ScriptedGateway(asks=[SUCCEEDED, not_found])).try_again()

    present = await endpoint.present(payment)
    assert (await MongoUnreadWebhooks(database).count(), present.refunded_amount, len(present.refunds)) == (0, 300, 2)


async def test_failure_that_may_be_of_ours_completed_without_an_id_is_asked_about(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    payment = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(payment, 300)
    assert await endpoint.deliver(notice_of(payment, refund, gateway_refund_id="")) == TAKEN

    assert await endpoint.deliver(made_there(payment, status="failed")) == ON_ITS_WAY

    asked = await endpoint.refund_of(payment)
    assert (asked.status, asked.due_for) == (Status.COMPLETED, Work.GATEWAY)
    assert await MongoUnreadWebhooks(database).count() == 1


async def test_webhook_that_cannot_be_kept_is_answered_as_unavailable_and_logged(
    database: Database, mongodb_uri: str
) -> None:
    async with endpoint_on(database, mongodb_uri, unread_webhooks=MemoryUnreadWebhooks(kept_max=0)) as endpoint:
        payment = await endpoint.shop.capture(1_000)
        await endpoint.shop.refund(payment, 300)
        with capture_logs() as logged:
            answer = await endpoint.deliver(made_there(payment))

    assert answer == UNAVAILABLE_NOW
    assert "webhook.unread_not_kept" in [line["event"] for line in logged]


async def test_loop_tries_until_it_is_stopped(endpoint: GatewayEndpoint, database: Database) -> None:
    payment, refund = await without_room(endpoint)
    stop = asyncio.Event()
    running = asyncio.create_task(unbooked_of(endpoint, ScriptedGateway(), every_s=0.01).run(stop))

    await endpoint.shop.settle(payment, refund, ResultKind.REFUSED, "amount_exceeds_remaining")
    async with asyncio.timeout(20):
        while (await endpoint.present(payment)).refunded_amount != 300:
            await asyncio.sleep(0.01)
    stop.set()
    await running

    assert await MongoUnreadWebhooks(database).count() == 0
