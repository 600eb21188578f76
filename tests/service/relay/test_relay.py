"""The relay on a real change stream: every change counts once, whatever breaks, races or was missed."""

from collections.abc import Sequence
from typing import Any

import pytest
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import READ_MODELS, contents, current, relay_of, run_dry, versions_published
from tests.support.adapters.shop import Shop
from tests.support.copies import replace

from refunds.adapters.mongo.projections.feed import MongoFeed
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.read_model_schema import (
    AUDIT_HEADS,
    AUDIT_LOG,
    LEDGER,
    POSITIONS,
    REFUND_LIST,
    ROLL_UPS,
)
from refunds.domain.errors import OutcomeUnknown
from refunds.ports.projections.feed import HistoryLost
from refunds.ports.projections.read_models import (
    NO_UPDATES,
    ListedRefund,
    Phase,
    Position,
    ReadModelUpdates,
    RelaySuperseded,
)
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models

Database = AsyncDatabase[Any]


class DiesInTransaction(MongoReadModels):
    """Breaks down once after most of a batch is written, before its transaction ends."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.deaths_left = 1

    async def _relist(
        self, rows: Sequence[ListedRefund], of: AsyncCollection[Any], session: AsyncClientSession
    ) -> None:
        if self.deaths_left:
            self.deaths_left -= 1
            raise OutcomeUnknown
        await super()._relist(rows, of, session)


class DiesAfterCommit(MongoReadModels):
    """Stores a batch and never hears of it, once."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.deaths_left = 1

    async def apply(self, moved: Position, updates: ReadModelUpdates, filling: ReadModelUpdates = NO_UPDATES) -> None:
        await super().apply(moved, updates, filling)
        if self.deaths_left and not updates.is_empty:
            self.deaths_left -= 1
            raise OutcomeUnknown


async def test_list_shows_every_refund_as_its_payment_holds_it(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    payments = await shop.busy_hour()

    await run_dry(relay, database)

    listed = {row["_id"]: row["status"] for row in await database[REFUND_LIST].find().to_list(None)}
    held = [refund async for payment in database["payments"].find({}, {"refunds": 1}) for refund in payment["refunds"]]
    assert listed == {refund["id"]: refund["status"] for refund in held}
    assert len(listed) == 4 * len(payments)


async def test_ledger_sums_to_zero_and_equals_the_payments(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await shop.busy_hour()

    await run_dry(relay, database)

    sums: dict[str, int] = {}
    async for entry in database[LEDGER].find():
        assert entry["gateway_amount"] + entry["merchant_amount"] == 0
        sums[entry["payment_id"]] = sums.get(entry["payment_id"], 0) + entry["gateway_amount"]
    held = {
        payment["_id"]: payment["captured_amount"] - payment["refunded_amount"]
        async for payment in database["payments"].find()
    }
    assert sums == held


async def test_roll_ups_count_every_change_of_status_once(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database, changes_max=7)
    await run_dry(relay, database)
    await shop.busy_hour(6)

    await run_dry(relay, database)

    totals: dict[str, list[int]] = {}
    async for day in database[ROLL_UPS].find():
        for cell, tally in day["cells"].items():
            *_, before, after = cell.split("|")
            name = after if after != before else f"still {after}"
            total = totals.setdefault(name, [0, 0])
            total[0] += tally["count"]
            total[1] += tally["amount"]
    assert totals["captured"] == [6, 6015]
    assert totals["completed"] == [6, 600]
    assert not any(name.startswith("still") for name in totals)  # contradicted and asked about, before reversed
    assert totals["reversed"] == [3, 300]
    assert totals["failed"] == [6, 300]
    assert totals["draft"] == [24, 6 * (100 + 50 + 20 + 10)]


@pytest.mark.parametrize("models", [DiesInTransaction, DiesAfterCommit])
async def test_relay_killed_in_the_middle_of_a_batch_applies_it_exactly_once(
    database: Database, models: type[MongoReadModels]
) -> None:
    shop = Shop(database)
    dying = relay_of(database, models=models(database), changes_max=20)
    await run_dry(dying, database)
    await shop.busy_hour(9)

    with pytest.raises(OutcomeUnknown):
        await run_dry(dying, database)
    successor = relay_of(database, "relay_2", polls_before_takeover=0)
    await run_dry(successor, database)

    found = await contents(database)
    await rebuild_read_models(MongoReadModels(database))
    await run_dry(successor, database)
    assert found == await contents(database)
    assert await database[AUDIT_LOG].count_documents({}) == await versions_published(database)


async def test_payments_from_before_the_first_start_are_made_up_for(database: Database) -> None:
    shop = Shop(database)
    await shop.busy_hour(9)

    await run_dry(relay_of(database, scanned_payments_max=2), database)

    assert await database[REFUND_LIST].count_documents({}) == 36
    assert await database[AUDIT_LOG].count_documents({}) == await versions_published(database)


async def test_changes_published_while_payments_are_scanned_count_once(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database, scanned_payments_max=2)
    await shop.busy_hour(6)

    for _ in range(3):
        await relay()
        await shop.busy_hour(3)
    await run_dry(relay, database)

    found = await contents(database)
    assert await database[AUDIT_LOG].count_documents({}) == await versions_published(database)
    await rebuild_read_models(MongoReadModels(database))
    await run_dry(relay, database)
    assert found == await contents(database)


def forgotten(token: str) -> str:
    """The token of an event that left the oplog long ago."""
    return f"82{1 << 32:016X}{token[18:]}"


async def an_event_token(database: Database, shop: Shop) -> str:
    """The resume token of an event of this database."""
    async with await database["payments"].watch() as stream:
        await shop.capture()
        return str((await stream.next())["_id"]["_data"])


async def test_relay_whose_offset_is_gone_from_the_oplog_scans_the_payments(
    database: Database,
) -> None:
    shop, relay = Shop(database), relay_of(database)
    await shop.busy_hour(3)
    await run_dry(relay, database)
    token = forgotten(await an_event_token(database, shop))
    await shop.busy_hour(3)
    await database[POSITIONS].update_one({}, {"$set": {"token": token, "holder": ""}, "$inc": {"seq": 1}})

    await run_dry(relay_of(database, "successor"), database)

    assert await database[REFUND_LIST].count_documents({}) == 24
    assert await database[AUDIT_LOG].count_documents({}) == await versions_published(database)


async def test_feed_reports_when_its_offset_is_gone(database: Database) -> None:
    token = forgotten(await an_event_token(database, Shop(database)))
    position = Position(seq=0, phase=Phase.STREAMING, start_at=1 << 32, token=token)

    with pytest.raises(HistoryLost):
        await MongoFeed(database).take(position)


async def test_stream_read_again_from_its_beginning_adds_nothing(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    first = await MongoReadModels(database).position()
    await shop.busy_hour(3)
    await run_dry(relay, database)
    found = await contents(database, (*READ_MODELS, AUDIT_LOG, AUDIT_HEADS))
    back = {"token": first.token, "read_to": first.read_to, "filter_until": 0, "holder": ""}
    await database[POSITIONS].update_one({}, {"$set": back, "$inc": {"seq": 1}})

    await run_dry(relay_of(database, "successor"), database)

    assert await contents(database, (*READ_MODELS, AUDIT_LOG, AUDIT_HEADS)) == found


async def test_rebuilt_read_models_equal_those_that_followed_the_stream(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    await shop.busy_hour(9)
    await run_dry(relay, database)
    followed = await contents(database)
    audited = await contents(database, (AUDIT_LOG, AUDIT_HEADS))

    for name in READ_MODELS:
        await (await current(database, name)).delete_many({})
    await rebuild_read_models(MongoReadModels(database))
    await run_dry(relay, database)

    assert await contents(database) == followed
    assert await contents(database, (AUDIT_LOG, AUDIT_HEADS)) == audited


async def test_relay_in_the_middle_of_a_batch_cannot_spoil_a_rebuild(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    position = await MongoReadModels(database).position()
    await shop.busy_hour(3)

    await rebuild_read_models(MongoReadModels(database))
    stale = replace(position, token="", holder="stale")
    with pytest.raises(RelaySuperseded):
        await MongoReadModels(database).apply(stale, ReadModelUpdates())

    await run_dry(relay, database)
    assert await (await current(database, REFUND_LIST)).count_documents({}) == 12


async def test_writes_without_events_move_only_the_offset(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    payment = await shop.capture()
    await run_dry(relay, database)

    await database["payments"].update_one({"_id": payment.id}, {"$set": {"lease": "token"}})

    assert await run_dry(relay, database) == 0
