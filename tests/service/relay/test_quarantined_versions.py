"""Later versions of a payment that cannot be read wait with it: each version counts once, and in its order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import contents, current, relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of, verified_without_books
from tests.support.copies import replace

from refunds.adapters.mongo.projections.feed import FeedSettings, MongoFeed
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG, LEDGER, REFUND_LIST, SET_ASIDE
from refunds.domain.audit.hash_chain import AuditEntry, link
from refunds.domain.payment.payment import Payment
from refunds.ports.projections.feed import FeedBatch
from refunds.ports.projections.quarantine import QuarantineFull
from refunds.ports.projections.read_models import Position
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models
from refunds.usecases.projections.relay_events import RelayEvents
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
RETRY = timedelta(minutes=6)
AT_ONCE = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)


@dataclass
class GarbledFeed:
    """The real stream, in which some versions (payment, number) arrive as something that nobody can read."""

    feed: MongoFeed
    garbled: set[tuple[str, int]] = field(default_factory=set)

    async def take(self, after: Position) -> FeedBatch:
        batch = await self.feed.take(after)
        lost = {change.payment_id for change in batch.changes if (change.payment_id, change.version) in self.garbled}
        kept = [change for change in batch.changes if (change.payment_id, change.version) not in self.garbled]
        return replace(batch, changes=kept, unreadable=[*batch.unreadable, *sorted(lost)])


def garbled_relay(database: Database, changes_max: int = 500, name: str = "relay_1") -> tuple[RelayEvents, GarbledFeed]:
    """A relay with its feed."""
    relay = relay_of(database, name, polls_before_takeover=0)
    feed = GarbledFeed(
        MongoFeed(database, FeedSettings(changes_max=changes_max, linger_s=0.0, busy_linger_s=0.0, wait_s=0.02))
    )
    relay.feed = feed
    return relay, feed


async def break_it(database: Database, payment: Payment, **fields: object) -> None:
    """Somebody writes nonsense into the payment, past every rule."""
    await database["payments"].update_one(
        {"_id": payment.id}, {"$set": {"path": 5, **fields}}, bypass_document_validation=True
    )


async def mend_it(database: Database, payment: Payment) -> None:
    """The payment can be read again."""
    await database["payments"].update_one({"_id": payment.id}, {"$set": {"path": list(payment.path)}})


async def published_of(database: Database, payment: Payment) -> tuple[Sequence[str], Sequence[int]]:
    """(Kinds of its ledger entries, versions in the audit log), both in the order in which they came."""
    entries = await (await current(database, LEDGER)).find({"payment_id": payment.id}).sort("at", 1).to_list(None)
    records = await database[AUDIT_LOG].find({"subject": payment.id}).sort("_id", 1).to_list(None)
    return [entry["kind"] for entry in entries], [record["version"] for record in records]


async def assert_all_is_published(database: Database, relay: RelayEvents) -> None:
    """Nothing is set aside, and read models made anew from the payments equal those that followed."""
    assert await database[SET_ASIDE].count_documents({}) == 0
    followed = await contents(database)
    await rebuild_read_models(MongoReadModels(database))
    await run_dry(relay, database)
    assert await contents(database) == followed


@pytest.mark.parametrize("changes_max", [1, 500])
async def test_later_versions_wait_and_all_are_published_once_and_in_order(
    database: Database, changes_max: int
) -> None:
    shop, (relay, feed) = Shop(database), garbled_relay(database, changes_max)
    await run_dry(relay, database)
    payment = await shop.capture()
    first = await shop.refund(payment)
    second = await shop.refund(payment)
    await run_dry(relay, database)
    feed.garbled.add((payment.id, 4))
    await shop.settle(payment, first)
    await shop.settle(payment, second)
    other = await shop.capture()
    await break_it(database, payment)

    await run_dry(relay, database)
    while_waiting = await published_of(database, payment)
    await mend_it(database, payment)
    relay.clock.present += RETRY
    await run_dry(relay, database)

    assert while_waiting == (["payment.captured"], [1, 2, 3])
    assert await published_of(database, payment) == (
        ["payment.captured", "refund.completed", "refund.completed"],
        [1, 2, 3, 4, 5],
    )
    assert (await published_of(database, other))[0] == ["payment.captured"]
    assert {row["status"] async for row in (await current(database, REFUND_LIST)).find({"payment_id": payment.id})} == {
        "completed"
    }
    await assert_all_is_published(database, relay)


async def test_versions_that_the_history_no_longer_keeps_come_from_what_waited(database: Database) -> None:
    shop, (relay, feed) = Shop(database), garbled_relay(database)
    await run_dry(relay, database)
    payment = await shop.capture()
    feed.garbled.add((payment.id, 2))
    refund = await shop.refund(payment)
    await break_it(database, payment)
    await run_dry(relay, database)
    await mend_it(database, payment)
    await shop.settle(payment, refund)
    await shop.refund(payment)
    await run_dry(relay, database)

    await database["payments"].update_one(
        {"_id": payment.id}, {"$pull": {"refunds.0.history": {"status": "completed"}}}
    )
    relay.clock.present += RETRY
    await run_dry(relay, database)

    assert await published_of(database, payment) == (["payment.captured", "refund.completed"], [1, 2, 3, 4])
    assert await database[SET_ASIDE].count_documents({}) == 0


@pytest.mark.parametrize("is_rebuilt", [False, True])
async def test_another_relay_lets_versions_wait_for_a_payment_that_it_did_not_quarantine_itself(
    database: Database, is_rebuilt: bool
) -> None:
    shop, (relay, feed) = Shop(database), garbled_relay(database)
    await run_dry(relay, database)
    payment = await shop.capture()
    await run_dry(relay, database)
    refund = await shop.refund(payment)
    feed.garbled.add((payment.id, 2))
    await break_it(database, payment)
    await run_dry(relay, database)
    if is_rebuilt:
        await rebuild_read_models(MongoReadModels(database))
    successor, _ = garbled_relay(database, name="relay_2")
    await run_dry(successor, database)
    for _ in range(3):
        await successor()
    await mend_it(database, payment)
    await shop.settle(payment, refund)

    await run_dry(successor, database)
    while_waiting = await published_of(database, payment)
    successor.clock.present += RETRY
    await run_dry(successor, database)

    assert while_waiting == ([] if is_rebuilt else ["payment.captured"], [1])
    assert await published_of(database, payment) == (["payment.captured", "refund.completed"], [1, 2, 3])
    await assert_all_is_published(database, successor)


async def test_gap_that_an_earlier_release_left_is_named_and_a_rebuild_fills_it(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    payment = await shop.capture()
    await shop.settle(payment, await shop.refund(payment))
    await shop.refund(payment)
    await run_dry(relay, database)
    await database[LEDGER].delete_one({"payment_id": payment.id, "kind": "refund.completed"})
    await remove_last_record_but_one(database, payment)

    before = await verified_without_books(database, AT_ONCE)
    await rebuild_read_models(MongoReadModels(database))
    await run_dry(relay, database)
    after = await verified_without_books(database, AT_ONCE)

    lines = "\n".join(line for check in before.checks for line in lines_of(check))
    assert f"{payment.id}: version 3 of the payment is not in the audit log" in lines
    assert ": the ledger lacks the entry " in lines
    broken = {check.invariant for check in after.checks if check.violations}
    assert broken <= {Invariant.CAUGHT_UP}, after


async def remove_last_record_but_one(database: Database, payment: Payment) -> None:
    """The audit log as the release before left it: version 4 is told, version 3 never was."""
    records = await database[AUDIT_LOG].find({"subject": payment.id}).sort("_id", 1).to_list(None)
    assert [record["version"] for record in records] == [1, 2, 3, 4]
    await database[AUDIT_LOG].delete_many({"_id": {"$in": [records[2]["_id"], records[3]["_id"]]}})
    link_of_three = records[2]
    entry = AuditEntry(chain="mer_1", subject=payment.id, version=4, body=records[3]["body"].encode())
    again = link("mer_1", link_of_three["seq"], link_of_three["previous_hash"], entry.content)
    await database[AUDIT_LOG].insert_one(
        {
            **records[3],
            "_id": records[2]["_id"],
            "seq": again.seq,
            "previous_hash": again.previous_hash,
            "hash": again.hash,
        }
    )
    await database["audit_heads"].update_one({"_id": "mer_1"}, {"$set": {"seq": again.seq, "hash": again.hash}})


async def test_full_quarantine_stops_the_relay_loses_nothing_and_it_goes_on_when_there_is_room(
    database: Database,
) -> None:
    shop, relay = Shop(database), relay_of(database, changes_max=1, kept_max=1)
    await run_dry(relay, database)
    broken = [await shop.capture() for _ in range(2)]
    for payment in broken:
        await break_it(database, payment, events=7)
    behind = await shop.capture()

    with pytest.raises(QuarantineFull):
        await run_dry(relay, database)
    with pytest.raises(QuarantineFull):
        await run_dry(relay, database)
    before = await published_of(database, behind)
    for payment in broken:
        await mend_it(database, payment)
    relay.clock.present += RETRY
    await run_dry(relay, database)

    assert before == ([], [])
    assert [await published_of(database, payment) for payment in (*broken, behind)] == [(["payment.captured"], [1])] * 3
    await assert_all_is_published(database, relay)
