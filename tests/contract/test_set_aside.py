"""What every quarantine of a reader promises: see `ports.set_aside`."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from tests.support.paper_shop import PaperShop

from refunds.adapters.memory.set_aside import MemorySetAside
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.set_aside import MongoSetAside
from refunds.ports.payment_walk import Unreadable
from refunds.ports.set_aside import SetAside, SetAsideFull

NOW = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture(params=["memory", "mongo"])
async def kept(request: pytest.FixtureRequest, mongodb_uri: str, mongodb_database: str) -> AsyncIterator[SetAside]:
    """One with room for two payments."""
    if request.param == "memory":
        yield MemorySetAside(kept_max=2)
        return
    client = connect(mongodb_uri)
    yield MongoSetAside(open_database(client, mongodb_database), "reader", kept_max=2)
    await client.close()


def broken(*payment_ids: str) -> list[Unreadable]:
    """Payments that cannot be read."""
    return [Unreadable(payment_id=payment_id, reason="KeyError") for payment_id in payment_ids]


async def test_each_payment_stands_there_once_until_it_is_dropped(kept: SetAside) -> None:
    await kept.put(broken("pay_1"), (), NOW)
    await kept.put(broken("pay_1", "pay_10"), (), NOW)
    both = await kept.ids()

    await kept.drop(["pay_1"])

    assert (set(both), set(await kept.ids())) == ({"pay_1", "pay_10"}, {"pay_10"})


async def test_changes_wait_each_version_once_and_in_order_until_their_payment_is_dropped(kept: SetAside) -> None:
    shop = PaperShop()
    payment_id = shop.capture(1)
    shop.go_on(payment_id)
    if isinstance(kept, MemorySetAside):
        kept = MemorySetAside()
    one, two = shop.log.changes
    await kept.put(broken(payment_id), [two], NOW)
    await kept.put((), [one, two], NOW)

    waiting, unreadable = await kept.waiting([payment_id, "pay_other"])
    await kept.drop([payment_id])

    assert (list(waiting[payment_id]), list(unreadable)) == ([one, two], [])
    assert not waiting.get("pay_other")
    assert not (await kept.waiting([payment_id]))[0].get(payment_id)


async def test_one_that_is_full_takes_nothing_of_a_call_but_what_it_has(kept: SetAside) -> None:
    await kept.put(broken("pay_1"), (), NOW)

    with pytest.raises(SetAsideFull):
        await kept.put(broken("pay_2", "pay_3"), (), NOW)
    await kept.put(broken("pay_1"), (), NOW)
    await kept.put(broken("pay_2"), (), NOW)

    assert set(await kept.ids()) == {"pay_1", "pay_2"}
