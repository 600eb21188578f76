"""The relay's loop against a database that is killed under it, and a relay process that dies at a random place."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.relays import relay_of, run_dry
from tests.support.shop import Shop

from refunds.adapters.memory.anchors import MemoryAnchors
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.archive import MongoArchive
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.payment_walk import MongoPaymentWalk
from refunds.adapters.mongo.read_model_schema import ensure_indexes
from refunds.adapters.mongo.schema import ensure_schema
from refunds.domain.errors import RefundsError
from refunds.launcher.servers import replica_set
from refunds.services.reporting_engine.loop import RelayLoopSettings, RelayMetrics, RelayParts, run_relay
from refunds.usecases.verification import Report
from refunds.usecases.verify_invariants import VerifyInvariants

Database = AsyncDatabase[Any]
KILLS = 12


async def verified(database: Database) -> Report:
    """All invariants but the gateway's books."""

    async def no_pause() -> None:
        """Nothing goes on meanwhile."""

    return await VerifyInvariants(
        walk=MongoPaymentWalk(database),
        archive=MongoArchive(database),
        anchors=MemoryAnchors(FixedClock()),
        books=[],
        pause=no_pause,
    )()


async def shop_goes_on(shop: Shop, stop: asyncio.Event) -> None:
    """Refunds are made and settled, whatever some of them meet."""
    while not stop.is_set():
        try:
            payment = await shop.capture()
            await shop.settle(payment, await shop.refund(payment))
        except RefundsError:
            continue


@pytest.mark.slow
async def test_database_killed_under_the_relay_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with replica_set(tmp_path) as servers:
        client = connect(servers.uri)
        database = open_database(client, "killed")
        await ensure_schema(database)
        await ensure_indexes(database)
        settings = RelayLoopSettings(error_pause_s=0.01, error_pause_max_s=0.1)
        loop = RelayParts(relay=relay_of(database, changes_max=10), metrics=RelayMetrics(), settings=settings)
        stop_shop, stop_relay = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(run_relay(loop, stop_relay))
            selling = group.create_task(shop_goes_on(Shop(database), stop_shop))
            for _ in range(2):
                async with asyncio.timeout(30):
                    applied = loop.metrics.changes_count
                    while loop.metrics.changes_count < applied + 30:
                        await asyncio.sleep(0.01)
                await servers.members[0].kill()
                await servers.members[0].start()
            stop_shop.set()
            await selling
            assert await MongoArchive(database).caught_up(30.0)
            report = await verified(database)
            stop_relay.set()
        await client.close()

    assert report.is_clean, report
    assert loop.metrics.changes_count > 60  # it went on after both; the driver may have hidden the errors


@pytest.mark.slow
async def test_relay_that_dies_at_random_places_applies_all_once(database: Database) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    shop, stop = Shop(database), asyncio.Event()
    selling = asyncio.create_task(shop_goes_on(shop, stop))
    for number in range(KILLS):
        relay = relay_of(database, f"relay_{number}", changes_max=7, looks_before_takeover=0)
        life = asyncio.create_task(run_dry(relay, database))
        await asyncio.wait([life], timeout=chance.uniform(0.005, 0.4))
        life.cancel()
        await asyncio.wait([life])
    stop.set()
    await selling

    last = relay_of(database, "last", looks_before_takeover=0)
    await run_dry(last, database)
    running = asyncio.create_task(forever(last))
    report = await verified(database)
    running.cancel()

    assert report.is_clean, report


async def forever(relay: Any) -> None:
    """Steps without end."""
    while True:
        await relay()
