"""A rebuild on a real database: read meanwhile, switched at once, and beside relays of which one is stopped."""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import READ_MODELS, contents, current, relay_of, run_dry
from tests.support.adapters.schema import migrated
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import verified_without_books

from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.projections.offsets import read_position
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.projections.refund_lists import MongoRefundLists
from refunds.adapters.mongo.read_model_schema import (
    AUDIT_LOG,
    LEDGER,
    POSITIONS,
    REFUND_LIST,
    of_generation,
)
from refunds.domain.tenancy import ALL_TENANTS
from refunds.kit.cancellation import cancel_until_ended
from refunds.ports.projections.read_models import Phase, Position
from refunds.ports.projections.refund_lists import RefundFilter
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models

Database = AsyncDatabase[Any]


async def rebuilt(database: Database, times: int = 1) -> None:
    """So many rebuilds, one after the other."""
    relay = relay_of(database, "rebuilding", polls_before_takeover=0)
    for _ in range(times):
        await rebuild_read_models(MongoReadModels(database))
        await run_dry(relay, database)
    await relay.resign()


async def test_reader_that_runs_on_follows_each_switch(database: Database) -> None:
    shop, lists, reads = Shop(database), MongoRefundLists(database), MongoVerificationReads(database)
    await shop.busy_hour(3)

    seen = []
    for _ in range(3):
        await rebuilt(database)
        page = await lists.list_refunds(ALL_TENANTS, RefundFilter(limit=50))
        ledger = {sums.currency: sums.entries for sums in await reads.ledger_sums()}
        seen.append((len(page.rows), await reads.rows_count(), ledger))

    assert seen == [(12, 12, {"EUR": 2, "JPY": 3, "KWD": 2})] * 3


async def test_list_is_whole_at_every_moment_of_a_rebuild(database: Database) -> None:
    shop, lists = Shop(database), MongoRefundLists(database)
    await shop.busy_hour(6)
    relay = relay_of(database, scanned_payments_max=1)
    await run_dry(relay, database)
    await rebuild_read_models(MongoReadModels(database))

    counts = set()
    while (await read_position(database)).generation == 0 or not (await read_position(database)).is_spare_empty:
        await relay()
        counts.add(len((await lists.list_refunds(ALL_TENANTS, RefundFilter(limit=50))).rows))

    assert counts == {24}


async def test_place_of_the_generation_before_is_emptied_and_has_its_indexes(database: Database) -> None:
    await Shop(database).busy_hour(3)
    await rebuilt(database)
    await rebuilt(database)

    assert [await database[of_generation(name, 1)].count_documents({}) for name in READ_MODELS] == [0, 0, 0]
    assert [await database[name].count_documents({}) > 0 for name in READ_MODELS] == [True] * 3
    for name in READ_MODELS:
        indexes = [set(await database[of_generation(name, generation)].index_information()) for generation in (0, 1)]
        assert indexes[0] == indexes[1]


async def test_version_without_generations_cannot_take_over_after_a_rebuild_was_ordered(database: Database) -> None:
    class EarlierPosition(msgspec.Struct):
        """What the release before read of the position."""

        seq: int
        phase: Phase
        start_at: int

    await run_dry(relay_of(database), database)
    before = msgspec.convert(await database[POSITIONS].find_one({"_id": "reporting"}), EarlierPosition)
    await rebuild_read_models(MongoReadModels(database))
    ordered = await database[POSITIONS].find_one({"_id": "reporting"})

    assert before.phase is Phase.STREAMING
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(ordered, EarlierPosition)


async def test_data_and_place_of_the_release_before_are_generation_0(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await shop.busy_hour(3)
    await run_dry(relay, database)
    await relay.resign()
    for name in READ_MODELS:
        await database[of_generation(name, 1)].drop()
    unknown = {"generation": "", "is_building": "", "is_spare_empty": "", "stage": ""}
    await database[POSITIONS].update_one({"_id": "reporting"}, {"$unset": unknown})
    await migrated(database)
    await shop.capture()

    await run_dry(relay_of(database, "next"), database)
    report = await verified_without_books_of(database)
    await rebuilt(database)

    assert report.is_clean, report
    assert (await read_position(database)).generation == 1


RELAY = """
import asyncio, signal, sys
from tests.support.adapters.relays import relay_of
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.client import connect, open_database
from refunds.services.reporting_engine.loop import RelayLoopSettings, RelayMetrics, RelayParts, run_relay

async def main(uri, database, name):
    client, stop = connect(uri), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    relay = relay_of(open_database(client, database), name, scanned_payments_max=2, polls_before_takeover=3)
    settings = RelayLoopSettings(follow_pause_s=0.05, error_pause_max_s=0.1)
    await run_relay(RelayParts(relay=relay, metrics=RelayMetrics(clock=FixedClock()), settings=settings), stop)
    await client.close()

asyncio.run(main(*sys.argv[1:]))
"""


@asynccontextmanager
async def relay_process(uri: str, database: Database, name: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A relay in a process of its own."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", RELAY, uri, database.name, name)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        await asyncio.wait_for(process.wait(), 20)


async def position_that(database: Database, holds: Any) -> Position:
    """The position once this holds of it; TimeoutError after half a minute."""
    async with asyncio.timeout(30):
        while not holds(position := await read_position(database)):
            await asyncio.sleep(0.005)
    return position


async def verified_without_books_of(database: Database) -> Any:
    """A verification with a relay that goes on meanwhile."""
    relay = relay_of(database, "verifying", polls_before_takeover=0)

    async def forever() -> None:
        while True:
            await relay()

    running = asyncio.create_task(forever())
    try:
        return await verified_without_books(database)
    finally:
        assert not await cancel_until_ended([running], 10.0)
        await relay.resign()


async def test_relay_process_stopped_in_a_rebuild_and_let_go_on_after_it_loses_and_doubles_nothing(
    database: Database, mongodb_uri: str
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    seeded_random, shop = random.Random(seed), Shop(database)
    await shop.busy_hour(12)
    taken_over = 0
    async with relay_process(mongodb_uri, database, "a") as a, relay_process(mongodb_uri, database, "b") as b:
        processes = {"a": a, "b": b}
        for rebuild in range(1, 7):
            await position_that(database, lambda p: p.phase is Phase.STREAMING and p.is_spare_empty)
            await rebuild_read_models(MongoReadModels(database))
            building = await position_that(database, lambda p, n=rebuild: p.scanned_to or p.generation == n)
            await asyncio.sleep(seeded_random.uniform(0, 0.03))
            stopped = processes[building.holder]
            stopped.send_signal(signal.SIGSTOP)
            await shop.busy_hour(2)
            done = await position_that(database, lambda p, n=rebuild: p.generation == n and p.is_spare_empty)
            taken_over += done.holder != building.holder
            await shop.busy_hour(1)
            stopped.send_signal(signal.SIGCONT)
            await shop.busy_hour(1)
        assert await MongoVerificationReads(database).caught_up(30.0)
        report = await verified_without_books(database)

    found = await contents(database)
    payments = await database["payments"].find().to_list(None)
    completed = sum(
        event["type"] in ("refund.completed", "refund.reversed")
        for payment in payments
        for refund in payment["refunds"]
        for event in refund["history"]
    )
    assert report.is_clean, report
    assert len(found[REFUND_LIST]) == sum(len(payment["refunds"]) for payment in payments)
    assert len(found[LEDGER]) == len(payments) + completed
    assert len(await (await current(database, AUDIT_LOG)).distinct("_id")) == sum(p["version"] for p in payments)
    assert taken_over >= 4
    for name in READ_MODELS:
        assert await database[of_generation(name, 7)].count_documents({}) == 0
    await rebuilt(database)
    assert await contents(database) == found
