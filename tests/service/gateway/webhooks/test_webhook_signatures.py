"""Only genuine webhooks are read, and only so many at once."""

import asyncio
from typing import Any

import pytest
from multidict import CIMultiDict
from prometheus_client import CollectorRegistry
from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs
from tests.support.gateway.gateway_endpoint import SECRET, GatewayEndpoint, endpoint_on, notice_of
from tests.support.gateway.notices import signed
from tests.support.gateway.scripted_gateway import ScriptedGateway

from refunds.domain.errors import Overloaded
from refunds.domain.payment.states import Status
from refunds.runtime.http.endpoint import ANONYMOUS, Call
from refunds.services.gateway_integration.metrics import GatewayMetrics
from refunds.services.gateway_integration.unbooked_webhooks import UnbookedWebhooks
from refunds.services.gateway_integration.webhooks import WebhookEndpoint
from refunds.usecases.gateway.book_kept_notice import BookKeptNotice
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult

Database = AsyncDatabase[Any]

TAKEN = 204


async def test_right_signature_on_a_second_line_or_beside_a_broken_one_is_taken(endpoint: GatewayEndpoint) -> None:
    payment = await endpoint.shop.capture()
    headers, body = signed(notice_of(payment, await endpoint.shop.refund(payment)), SECRET)
    right = headers["webhook-signature"]
    plain = [(name, value) for name, value in headers.items() if name != "webhook-signature"]

    for lines in (("v1,AAAA", right), ("v2", right), (right, "v1a,x  "), (f"v1,abc  {right}",), (f"v2 {right}",)):
        several = CIMultiDict([*plain, *(("webhook-signature", line) for line in lines)])
        assert await endpoint.post(several, body) == TAKEN
    twice = CIMultiDict([*plain, ("webhook-signature", right), ("webhook-timestamp", headers["webhook-timestamp"])])
    assert await endpoint.post(twice, body) == 422


async def test_delivery_is_taken_under_the_old_and_the_new_secret_while_one_is_exchanged(
    database: Database, mongodb_uri: str
) -> None:
    new = "whsec_" + "YSBuZXcgc2VjcmV0IG9mIHRoZSBnYXRld2F5"
    async with endpoint_on(database, mongodb_uri, secrets=f"{SECRET} {new}") as endpoint:
        payment = await endpoint.shop.capture()
        notice = notice_of(payment, await endpoint.shop.refund(payment))

        statuses = [await endpoint.deliver(notice, secret=secret) for secret in (SECRET, new, f"whsec_{new[8:]}")]

        assert statuses == [TAKEN, TAKEN, 422]


async def test_stale_forged_and_unsigned_webhooks_are_refused(endpoint: GatewayEndpoint) -> None:
    """10."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)
    notice = notice_of(payment, refund)
    headers, body = signed(notice, SECRET)

    statuses = [
        await endpoint.deliver(notice, age_s=600),
        await endpoint.deliver(notice, secret="whsec_" + "b3RoZXIgc2VjcmV0IGVudGlyZWx5"),
        await endpoint.post({}, body),
        await endpoint.post(headers, body.replace(b"succeeded", b"failed")),
    ]

    assert set(statuses) == {422}
    assert (await endpoint.refund_of(payment)).status is Status.PROCESSING


async def test_refused_webhook_is_logged_without_its_body(endpoint: GatewayEndpoint) -> None:
    payment = await endpoint.shop.capture()
    notice = notice_of(payment, await endpoint.shop.refund(payment))

    with capture_logs() as logged:
        await endpoint.deliver(notice, age_s=600)
        await endpoint.deliver(notice, gateway="other\n")

    assert [line for line in logged if line["event"] == "webhook.refused"] == [
        {"event": "webhook.refused", "log_level": "warning", "gateway": "sandbox", "error": "SignatureInvalid"},
        {"event": "webhook.refused", "log_level": "warning", "gateway": "unknown", "error": "NotFound"},
    ]


async def test_webhook_of_a_gateway_that_is_not_ours_is_not_found(endpoint: GatewayEndpoint) -> None:
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)

    assert await endpoint.deliver(notice_of(payment, refund), gateway="other") == 404


async def test_too_long_webhook_is_refused_by_its_length(endpoint: GatewayEndpoint) -> None:
    assert await endpoint.deliver(b"x" * 70_000) == 413


async def test_no_more_are_at_the_endpoint_at_once_than_may(endpoint: GatewayEndpoint) -> None:
    """A body that comes slowly holds a place; who finds none is told to come again."""
    slow, asked = asyncio.Event(), asyncio.Event()

    async def slow_body() -> bytes:
        asked.set()
        await slow.wait()
        return b""

    parts = endpoint.parts
    record = RecordGatewayResult(
        payments=parts.payments, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids
    )
    at_the_door = WebhookEndpoint(
        gateways={"sandbox": ScriptedGateway()},
        record=record,
        metrics=GatewayMetrics(CollectorRegistry()),
        unread_webhooks=parts.unread_webhooks,
        clock=parts.clock,
        unbooked=UnbookedWebhooks(
            webhooks=parts.unread_webhooks,
            gateways={},
            book=BookKeptNotice(gateways={}, record=record),
            clock=parts.clock,
        ),
        at_once_max=1,
    )
    call = Call(
        request_id="",
        principal=ANONYMOUS,
        path_values=("sandbox",),
        query=b"",
        headers={},
        body=b"",
        late_body=slow_body,
    )
    first = asyncio.create_task(at_the_door.take(call))
    await asked.wait()

    with pytest.raises(Overloaded):
        await at_the_door.take(call)

    slow.set()
    with pytest.raises(AssertionError):
        await first
    with pytest.raises(AssertionError):
        await at_the_door.take(call)


async def test_webhooks_and_circuits_are_counted(endpoint: GatewayEndpoint) -> None:
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)
    await endpoint.deliver(notice_of(payment, refund))
    await endpoint.deliver(notice_of(payment, refund), age_s=600)

    async with endpoint.session.get(f"{endpoint.url}/metrics") as answer:
        text = await answer.text()

    assert 'refunds_gateway_webhooks_total{gateway="sandbox",outcome="accepted"} 1.0' in text
    assert 'refunds_gateway_webhooks_total{gateway="sandbox",outcome="SignatureInvalid"} 1.0' in text
    assert 'refunds_gateway_circuit_open{gateway="sandbox",operation="submit"} 0.0' in text
