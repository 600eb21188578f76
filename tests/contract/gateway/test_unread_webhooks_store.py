"""What every store of unread webhooks promises: see `ports.gateway.unread_webhooks`."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from refunds.adapters.memory.gateway.unread_webhooks import MemoryUnreadWebhooks
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.gateway.unread_webhooks import MongoUnreadWebhooks
from refunds.ports.gateway.unread_webhooks import (
    BODY_BYTES_MAX,
    UnreadWebhook,
    UnreadWebhooks,
    UnreadWebhooksFull,
    unread,
)

NOW = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture(params=["memory", "mongo"])
async def store(
    request: pytest.FixtureRequest, mongodb_uri: str, mongodb_database: str
) -> AsyncIterator[UnreadWebhooks]:
    """One with room for two webhooks."""
    if request.param == "memory":
        yield MemoryUnreadWebhooks(kept_max=2)
        return
    client = connect(mongodb_uri)
    yield MongoUnreadWebhooks(open_database(client, mongodb_database), kept_max=2)
    await client.close()


def webhook(webhook_id: str, gateway: str = "sandbox", after_s: int = 0, body: bytes = b"\xff\x00{") -> UnreadWebhook:
    """One that could not be read."""
    at = NOW + timedelta(seconds=after_s)
    return unread(gateway=gateway, webhook_id=webhook_id, received_at=at, why="no JSON", body=body)


async def test_each_webhook_of_a_gateway_is_kept_once_as_it_came_first(store: UnreadWebhooks) -> None:
    first = webhook("evt_1")
    news = [await store.keep(first), await store.keep(webhook("evt_1", after_s=9, body=b"other"))]
    news.append(await store.keep(webhook("evt_1", gateway="another", after_s=5)))

    assert news == [True, False, True]
    assert list(await store.oldest(10)) == [first, webhook("evt_1", gateway="another", after_s=5)]
    assert (list(await store.oldest(1)), await store.count()) == ([first], 2)


async def test_same_webhook_at_once_is_kept_once(store: UnreadWebhooks) -> None:
    news = await asyncio.gather(*(store.keep(webhook("evt_1")) for _ in range(8)))

    assert (sum(news), await store.count()) == (1, 1)


async def test_body_is_kept_up_to_its_bound_and_marked_as_cut(store: UnreadWebhooks) -> None:
    await store.keep(webhook("evt_1", body=b"x" * BODY_BYTES_MAX))
    await store.keep(webhook("evt_2", after_s=1, body=b"x" * (BODY_BYTES_MAX + 1)))

    whole, cut = await store.oldest(10)
    assert [(len(each.body), each.is_cut) for each in (whole, cut)] == [(BODY_BYTES_MAX, False), (BODY_BYTES_MAX, True)]


async def test_one_that_is_full_keeps_what_it_has_and_takes_no_other(store: UnreadWebhooks) -> None:
    await store.keep(webhook("evt_1"))
    await store.keep(webhook("evt_2"))

    with pytest.raises(UnreadWebhooksFull):
        await store.keep(webhook("evt_3"))

    assert await store.keep(webhook("evt_2")) is False
    assert await store.count() == 2


async def test_one_that_was_looked_after_is_removed_and_makes_room(store: UnreadWebhooks) -> None:
    await store.keep(webhook("evt_1"))
    await store.keep(webhook("evt_1", gateway="another", after_s=1))

    found = [await store.find("sandbox", "evt_1"), await store.find("sandbox", "evt_9")]
    removed = [await store.remove("sandbox", "evt_1"), await store.remove("sandbox", "evt_1")]

    assert found == [webhook("evt_1"), None]
    assert removed == [True, False]
    assert list(await store.oldest(10)) == [webhook("evt_1", gateway="another", after_s=1)]
    assert await store.keep(webhook("evt_2")) is True


async def test_those_kept_for_some_reasons_are_found_beside_others(store: UnreadWebhooks) -> None:
    await store.keep(webhook("evt_1"))
    other = unread(gateway="sandbox", webhook_id="evt_2", received_at=NOW, why="no room", body=b"{}")
    await store.keep(other)

    assert list(await store.oldest(10, ["no room", "other"])) == [other]
    assert list(await store.oldest(10, ["other"])) == []
    assert len(await store.oldest(10)) == 2
