"""Lists from the projection: scope always, every filter, and pages that neither repeat nor skip."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import START, Shop

from refunds.adapters.mongo.projections.refund_lists import MongoRefundLists
from refunds.domain.errors import InvalidInput
from refunds.domain.tenancy import ALL_TENANTS, Scope
from refunds.ports.projections.refund_lists import RefundFilter, RefundRow

Database = AsyncDatabase[Any]


async def listed(database: Database, scope: Scope = ALL_TENANTS, **conditions: Any) -> list[RefundRow]:
    """One large page."""
    wanted = RefundFilter(limit=100, **conditions)
    return list((await MongoRefundLists(database).list_refunds(scope, wanted)).rows)


async def filled(database: Database) -> Shop:
    """A shop whose busy hour is listed."""
    shop = Shop(database)
    await shop.busy_hour(9)
    await run_dry(relay_of(database), database)
    return shop


async def test_newest_refunds_come_first(database: Database) -> None:
    await filled(database)

    rows = await listed(database)

    assert len(rows) == 36
    assert rows == sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)


async def test_merchant_sees_own_refunds_only(database: Database) -> None:
    await filled(database)

    rows = await listed(database, Scope(node_id="mer_1"))

    assert {row.merchant_id for row in rows} == {"mer_1"}
    assert len(rows) == 12


async def test_foreign_merchant_in_the_filter_finds_nothing(database: Database) -> None:
    await filled(database)

    assert await listed(database, Scope(node_id="mer_1"), merchant_id="mer_2") == []


@pytest.mark.parametrize(
    ("conditions", "count"),
    [
        ({"status": "completed"}, 5),
        ({"status": "reversed"}, 4),
        ({"merchant_id": "mer_2"}, 12),
        ({"currency": "JPY"}, 12),
        ({"method": "original_payment"}, 36),
        ({"method": "balance"}, 0),
        ({"amount_min": 100}, 9),
        ({"amount_min": 20, "amount_max": 50}, 18),
        ({"amount_max": 10, "status": "canceled"}, 9),
        ({"created_from": START}, 36),
        ({"created_before": START}, 0),
        ({"created_from": START + timedelta(hours=1)}, 0),
    ],
)
async def test_each_condition_holds_for_every_row(database: Database, conditions: dict[str, Any], count: int) -> None:
    await filled(database)

    assert len(await listed(database, **conditions)) == count


async def test_refunds_of_one_payment_and_of_one_reason_are_found(database: Database) -> None:
    await filled(database)
    some = (await listed(database))[0]

    assert {row.payment_id for row in await listed(database, payment_id=some.payment_id)} == {some.payment_id}
    assert {row.reason for row in await listed(database, reason=some.reason)} == {some.reason}


async def test_pages_neither_repeat_nor_skip_while_refunds_are_made(database: Database) -> None:
    shop, lists = await filled(database), MongoRefundLists(database)
    relay = relay_of(database, "relay_2", polls_before_takeover=0)
    before = [row.id for row in await listed(database)]
    seen: list[str] = []
    cursor = ""

    while True:
        page = await lists.list_refunds(ALL_TENANTS, RefundFilter(limit=5, cursor=cursor))
        seen += [row.id for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
        await shop.refund(await shop.capture(), 7)
        await run_dry(relay, database)

    assert seen == before


async def test_last_full_page_has_no_next(database: Database) -> None:
    await filled(database)

    page = await MongoRefundLists(database).list_refunds(ALL_TENANTS, RefundFilter(limit=36))

    assert (len(page.rows), page.next_cursor) == (36, "")


async def test_cursor_that_was_tampered_with_is_refused(database: Database) -> None:
    await filled(database)
    lists = MongoRefundLists(database)
    cursor = (await lists.list_refunds(ALL_TENANTS, RefundFilter(limit=5))).next_cursor
    flipped = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")

    for wrong in ("x", "ä", "=", flipped, cursor[1:], cursor + "AAAA", "A" * 5000):
        with pytest.raises(InvalidInput):
            await lists.list_refunds(ALL_TENANTS, RefundFilter(limit=5, cursor=wrong))
