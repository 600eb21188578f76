"""What every quarantine of a reader promises: see `ports.projections.quarantine`."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from tests.support.payments.paper_shop import PaperShop

from refunds.adapters.memory.projections.quarantine import MemoryQuarantineStore
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.projections.quarantine import MongoQuarantineStore
from refunds.ports.payments.payment_scan import Unreadable
from refunds.ports.projections.quarantine import QuarantineFull, QuarantineStore

NOW = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture(params=["memory", "mongo"])
async def kept(
    request: pytest.FixtureRequest, mongodb_uri: str, mongodb_database: str
) -> AsyncIterator[QuarantineStore]:
    """One with room for two payments."""
    if request.param == "memory":
        yield MemoryQuarantineStore(kept_max=2)
        return
    client = connect(mongodb_uri)
    yield MongoQuarantineStore(open_database(client, mongodb_database), "reader", kept_max=2)
    await client.close()


def broken(*payment_ids: str) -> list[Unreadable]:
    """Payments that cannot be read."""
    return [Unreadable(payment_id=payment_id, reason="KeyError") for payment_id in payment_ids]


async def test_each_payment_stands_there_once_until_it_is_dropped(kept: QuarantineStore) -> None:
    await kept.put(broken("pay_1"), (), NOW)
    await kept.put(broken("pay_1", "pay_10"), (), NOW)
    both = await kept.ids()

    await kept.drop(["pay_1"])

    assert (set(both), set(await kept.ids())) == ({"pay_1", "pay_10"}, {"pay_10"})


async def test_changes_wait_each_version_once_and_in_order_until_their_payment_is_dropped(
    kept: QuarantineStore,
) -> None:
    shop = PaperShop()
    payment_id = shop.capture(1)
    shop.go_on(payment_id)
    if isinstance(kept, MemoryQuarantineStore):
        kept = MemoryQuarantineStore()
    one, two = shop.log.changes
    await kept.put(broken(payment_id), [two], NOW)
    await kept.put((), [one, two], NOW)

    waiting, unreadable = await kept.waiting([payment_id, "pay_other"])
    await kept.drop([payment_id])

    assert (list(waiting[payment_id]), list(unreadable)) == ([one, two], [])
    assert not waiting.get("pay_other")
    assert not (await kept.waiting([payment_id]))[0].get(payment_id)


async def test_one_that_is_full_takes_nothing_of_a_call_but_what_it_has(kept: QuarantineStore) -> None:
    await kept.put(broken("pay_1"), (), NOW)

    with pytest.raises(QuarantineFull):
        await kept.put(broken("pay_2", "pay_3"), (), NOW)
    await kept.put(broken("pay_1"), (), NOW)
    await kept.put(broken("pay_2"), (), NOW)

    assert set(await kept.ids()) == {"pay_1", "pay_2"}
