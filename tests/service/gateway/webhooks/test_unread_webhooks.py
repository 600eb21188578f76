"""Signed webhooks whose content can never be read, over real HTTP and the real database: kept once for an operator."""

import asyncio
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs
from tests.support.copies import replace
from tests.support.gateway.gateway_endpoint import GatewayEndpoint, endpoint_on, notice_of
from tests.support.gateway.notices import a_notice

from refunds.adapters.memory.gateway.unread_webhooks import MemoryUnreadWebhooks
from refunds.adapters.mongo.gateway.unread_webhooks import MongoUnreadWebhooks
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.ports.gateway.unread_webhooks import UnreadWebhook
from refunds.services.gateway_integration.service import build
from refunds.services.gateway_integration.unread_count import UnreadCount

Database = AsyncDatabase[Any]
TAKEN = 204


SURROGATE = b'{"type":"refund.updated","id":"e","data":{"gateway_refund_id":"\\ud800","status":"succeeded"}}'
UNREADABLE = {
    "lone surrogate": SURROGATE,
    "no object": {"type": "refund.updated", "id": "e", "data": [1, 2]},
    "missing fields": {"type": "refund.updated", "id": "e", "data": {"status": "succeeded"}},
    "control character in an id": a_notice(gateway_refund_id="sbr\x001"),
    "amount is a text": a_notice(amount="60"),
    "no JSON": b"{",
    "no type": {"data": {}},
    "a success of nothing": a_notice(reference=None, amount=0),
    "a success that says no amount": a_notice(reference=None, amount=None),
    "a success of nothing in another currency": a_notice(reference=None, amount=0, currency="JPY"),
    "neither our reference nor its own id": a_notice(reference=None, gateway_refund_id=""),
}


@pytest.mark.parametrize("notice", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_signed_webhook_that_can_never_be_read_is_kept_once_and_taken(
    endpoint: GatewayEndpoint, database: Database, notice: Any
) -> None:
    if isinstance(notice, dict) and notice.get("data", {}) and "gateway_payment_id" in notice["data"]:
        notice["data"]["gateway_payment_id"] = (await endpoint.shop.capture()).gateway_payment_id
        notice["data"]["currency"] = notice["data"]["currency"].replace("USD", "EUR")

    with capture_logs() as logged:
        statuses = [await endpoint.deliver(notice), await endpoint.deliver(notice)]

    (kept,) = await MongoUnreadWebhooks(database).oldest(10)
    async with endpoint.session.get(f"{endpoint.url}/metrics") as answer:
        counted = await answer.text()
    assert statuses == [TAKEN, TAKEN]
    assert (kept.gateway, kept.webhook_id, kept.is_cut) == ("sandbox", "sbe_1", False)
    assert kept.why
    assert kept.body.startswith(b"{")
    assert 'refunds_gateway_webhooks_total{gateway="sandbox",outcome="unread"} 2.0' in counted
    assert [(line["event"], line["log_level"]) for line in logged if line["event"].startswith("webhook.")] == [
        ("webhook.unread", "error"),
        ("webhook.unread", "error"),
    ]
    assert not any("body" in line for line in logged)


async def test_unsigned_stale_and_forged_webhooks_are_refused_and_not_kept(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    statuses = [
        await endpoint.deliver(SURROGATE, age_s=600),
        await endpoint.deliver(SURROGATE, secret="whsec_" + "b3RoZXIgc2VjcmV0IGVudGlyZWx5"),
        await endpoint.post({}, SURROGATE),
    ]

    assert statuses == [422, 422, 422]
    assert await MongoUnreadWebhooks(database).count() == 0


async def test_what_names_a_refund_of_ours_with_another_amount_is_delivered_again_and_not_kept(
    endpoint: GatewayEndpoint, database: Database
) -> None:
    payment = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(payment, 800)

    status = await endpoint.deliver(notice_of(payment, refund, amount=801))

    assert status == 422
    assert await MongoUnreadWebhooks(database).count() == 0


async def test_webhook_that_finds_no_room_or_no_store_is_delivered_again(database: Database, mongodb_uri: str) -> None:
    class AwayOnce(MemoryUnreadWebhooks):
        """A store that does not answer the first time."""

        is_away = True

        async def keep(self, webhook: UnreadWebhook) -> bool:
            """See the port."""
            if self.is_away:
                self.is_away = False
                raise OutcomeUnknown
            return await super().keep(webhook)

    for store, wanted in ((AwayOnce(kept_max=1), [503, TAKEN]), (MemoryUnreadWebhooks(kept_max=0), [503, 503])):
        async with endpoint_on(database, mongodb_uri, unread_webhooks=store) as endpoint:
            assert [await endpoint.deliver(SURROGATE) for _ in range(2)] == wanted


async def test_webhooks_that_wait_for_an_operator_are_shown_in_the_metrics(endpoint: GatewayEndpoint) -> None:
    await endpoint.deliver(SURROGATE)
    parts = replace(endpoint.parts, registry=CollectorRegistry())
    service, stop = build(parts), asyncio.Event()

    running = [asyncio.create_task(loop(stop)) for loop in service.loops]
    async with asyncio.timeout(5):
        while parts.registry.get_sample_value("refunds_webhooks_unread") != 1:
            await asyncio.sleep(0.01)
    stop.set()
    await asyncio.gather(*running)

    for close in service.closes:
        await close()


async def test_count_follows_and_stays_as_it_was_while_the_store_is_away() -> None:
    class Away(MemoryUnreadWebhooks):
        """Answers the first and the third time."""

        answers = iter((2, None, 1))

        async def count(self) -> int:
            """See the port."""
            answer = next(self.answers)
            if answer is None:
                raise StoreUnavailable
            return answer

    shown: list[int] = []
    stop = asyncio.Event()

    def show(count: int) -> None:
        shown.append(count)
        if len(shown) == 2:
            stop.set()

    async with asyncio.timeout(5):
        await UnreadCount(webhooks=Away(), show=show, every_s=0.001).run(stop)

    assert shown == [2, 1]
