"""GET /v1/events and /v1/audit: what happened within a scope, in pages, and a chain that anybody can recompute."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from tests.support.http.site import MERCHANT, ORGANIZATION, OTHER_MERCHANT, OTHER_ORGANIZATION, Client

from refunds.adapters.memory.clock import START
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.outbox import PaymentChange
from refunds.usecases.audit.audit_codec import payment_entry


def record(client: Client, payment_id: str, merchant_id: str, version: int, *events: tuple[EventType, str]) -> None:
    """A version of a payment, published by its events (type, refund), as the relay has put it into the log."""
    items = tuple(
        Event(
            id=f"evt_{payment_id}_{version}_{index}",
            type=type_,
            at=START + timedelta(hours=version),
            refund_id=refund_id,
            actor="usr_1",
            from_status="",
            status="any",
            amount=100,
        )
        for index, (type_, refund_id) in enumerate(events)
    )
    change = PaymentChange(
        payment_id=payment_id,
        version=version,
        merchant_id=merchant_id,
        path=("platform",),
        currency="EUR",
        gateway="sandbox",
        payment_method="credit_card",
        items=items,
    )
    client.world.audit_records.append(payment_entry(change))


@pytest.fixture
async def published(api: Client) -> Client:
    """Two merchants' payments: one with a refund, one captured only."""
    await api.payment("pay_01")
    await api.payment("pay_02", merchant_id=OTHER_MERCHANT)
    refund = (await api.refund("pay_01", 100)).body["id"]
    record(api, "pay_01", MERCHANT, 1, (EventType.PAYMENT_CAPTURED, ""))
    record(api, "pay_02", OTHER_MERCHANT, 1, (EventType.PAYMENT_CAPTURED, ""))
    record(api, "pay_01", MERCHANT, 2, (EventType.REFUND_REQUESTED, refund), (EventType.REFUND_READY, refund))
    record(api, "pay_01", MERCHANT, 3, (EventType.REFUND_COMPLETED, refund))
    return api


async def types(client: Client, query: str = "", **rest: Any) -> list[str]:
    reply = await client.get(f"/v1/events{query}", **rest)
    assert reply.status == 200, reply.text
    return [event["type"] for event in reply.body["data"]]


ALL_OF_ONE = ["payment.captured", "refund.requested", "refund.ready", "refund.completed"]


async def test_events_are_listed_by_merchant_oldest_first(published: Client) -> None:
    reply = await published.get("/v1/events")

    assert [event["type"] for event in reply.body["data"]] == [*ALL_OF_ONE, "payment.captured"]
    assert [event["merchant_id"] for event in reply.body["data"]] == [MERCHANT] * 4 + [OTHER_MERCHANT]
    assert reply.body["data"][0]["refund_id"] is None
    assert reply.body["next_cursor"] is None


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_pages_follow_each_other_without_gap_or_repeat(published: Client, limit: int) -> None:
    seen, cursor = [], ""
    for _ in range(6):
        page = (
            await published.get(f"/v1/events?limit={limit}&cursor={cursor}" if cursor else f"/v1/events?limit={limit}")
        ).body
        seen += [event["id"] for event in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len(seen) == len(set(seen)) == 5


async def test_conditions_hold_together(published: Client) -> None:
    refund_id = (await published.get("/v1/refunds")).body["data"][0]["id"]

    assert await types(published, "?type=refund.completed") == ["refund.completed"]
    assert await types(published, f"?merchant_id={OTHER_MERCHANT}") == ["payment.captured"]
    assert await types(published, "?payment_id=pay_01") == ALL_OF_ONE
    assert await types(published, f"?refund_id={refund_id}") == ALL_OF_ONE[1:]
    assert await types(published, f"?refund_id={refund_id}&payment_id=pay_02") == []
    assert await types(published, "?payment_id=pay_unknown") == []
    since = (START + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    assert await types(published, f"?happened_from={since}") == ALL_OF_ONE[1:]
    assert await types(published, f"?happened_before={since}") == ["payment.captured"] * 2


async def test_foreign_events_are_not_listed(published: Client) -> None:
    theirs = published.world.token("support_staff", OTHER_ORGANIZATION)

    assert await types(published, token=theirs) == ["payment.captured"]
    assert await types(published, f"?merchant_id={MERCHANT}", token=theirs) == []
    assert await types(published, "?payment_id=pay_01", token=theirs) == []
    assert await types(published, f"?cursor={MERCHANT}.1.0", token=theirs) == ["payment.captured"]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=mer_01.x.0",
        "type=no.such",
        "colour=red",
        "refund_id=pay_01",
        "happened_from=1900-01-01T00:00:00Z",
        "happened_before=2900-01-01T00:00:00Z",
    ],
)
async def test_query_that_is_not_as_described_is_refused(published: Client, query: str) -> None:
    refused = await published.get(f"/v1/events?{query}")

    assert (refused.status, refused.code) == (400, "invalid_query")


async def test_refused_type_of_events_names_those_that_exist(published: Client) -> None:
    refused = await published.get("/v1/events?type=no.such")

    assert all(type_.value in refused.body["detail"] for type_ in EventType)


async def test_chain_can_be_recomputed_from_its_pages(published: Client) -> None:
    auditor, records, cursor = published.world.token("auditor", ORGANIZATION), [], "0"
    while cursor is not None:
        page = (await published.get(f"/v1/audit?tenant_id={MERCHANT}&limit=2&cursor={cursor}", token=auditor)).body
        records += page["data"]
        cursor = page["next_cursor"]

    previous = "0" * 64
    for seq, found in enumerate(records, 1):
        parts = (MERCHANT, str(seq), previous, found["subject"], str(found["version"]), found["body"])
        assert found["hash"] == sha256("\n".join(parts).encode()).hexdigest()
        assert found["previous_hash"] == previous
        previous = found["hash"]
    assert len(records) == 3


async def test_foreign_chain_is_absent(published: Client) -> None:
    theirs = published.world.token("auditor", OTHER_ORGANIZATION)

    reply = await published.get(f"/v1/audit?tenant_id={MERCHANT}", token=theirs)

    assert (reply.status, reply.code) == (404, "tenant_not_found")


async def test_own_chain_is_read_without_a_name(published: Client) -> None:
    reply = await published.get("/v1/audit", token=published.world.token("merchant_admin", OTHER_MERCHANT))

    assert [found["subject"] for found in reply.body["data"]] == ["pay_02"]
