"""The relay's loop against a database that is killed under it, and a relay process that dies at a random place."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.monitoring import (
    ConnectionClosedEvent,
    ConnectionClosedReason,
    ConnectionPoolListener,
    PoolClearedEvent,
)
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.schema import migrated
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import verified_without_books

from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.projections.offsets import move_position, read_position
from refunds.domain.errors import RefundsError
from refunds.kit.cancellation import cancel_until_ended
from refunds.services.reporting_engine.loop import RelayLoopSettings, RelayMetrics, RelayParts, run_relay
from refunds_embedded.launcher.servers.local_servers import replica_set

Database = AsyncDatabase[Any]
KILLS = 12
ENDED_WITHIN_S = 10.0


class LostConnections(ConnectionPoolListener):
    """Counts how often a client found its server gone, and the connections that it gave up for that."""

    def __init__(self) -> None:
        self.times = 0
        self.connections = 0

    def pool_cleared(self, event: PoolClearedEvent) -> None:
        self.times += 1

    def connection_closed(self, event: ConnectionClosedEvent) -> None:
        self.connections += event.reason in (ConnectionClosedReason.ERROR, ConnectionClosedReason.STALE)

    def pool_created(self, event: object) -> None:
        """Not of interest, as the rest."""

    pool_ready = pool_closed = connection_created = connection_ready = pool_created
    connection_check_out_started = connection_check_out_failed = pool_created
    connection_checked_out = connection_checked_in = pool_created


async def until(is_reached: Callable[[], bool]) -> None:
    """Waits for what others do; TimeoutError after half a minute."""
    async with asyncio.timeout(30):
        while not is_reached():
            await asyncio.sleep(0.01)


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
        lost = LostConnections()
        client, of_relay = connect(servers.uri), connect(servers.uri, listeners=(lost,))
        database = open_database(client, "killed")
        await migrated(database)
        settings = RelayLoopSettings(error_pause_s=0.01, error_pause_max_s=0.1)
        relay = relay_of(open_database(of_relay, "killed"), changes_max=10)
        loop = RelayParts(relay=relay, metrics=RelayMetrics(clock=FixedClock()), settings=settings)
        stop_shop, stop_relay = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(run_relay(loop, stop_relay))
            selling = group.create_task(shop_goes_on(Shop(database), stop_shop))
            for _ in range(2):
                applied, times, connections = loop.metrics.changes_count, lost.times, lost.connections
                await until(lambda n=applied + 30: loop.metrics.changes_count >= n)
                await servers.members[0].kill()
                await servers.members[0].start()
                await until(lambda n=times: lost.times > n)
                await until(lambda n=connections: lost.connections > n)
            stop_shop.set()
            await selling
            assert await MongoVerificationReads(database).caught_up(30.0)
            report = await verified_without_books(database)
            stop_relay.set()
        for each in (client, of_relay):
            await each.close()

    assert report.is_clean, report
    assert lost.times >= 2  # both kills took the relay's own connections; whether a step failed is the driver's to hide
    assert loop.metrics.changes_count > 60


@pytest.mark.slow
async def test_relay_that_dies_at_random_places_applies_all_once(database: Database) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    seeded_random = random.Random(seed)
    shop, stop = Shop(database), asyncio.Event()
    selling = asyncio.create_task(shop_goes_on(shop, stop))
    for number in range(KILLS):
        relay = relay_of(database, f"relay_{number}", changes_max=7, polls_before_takeover=0)
        life = asyncio.create_task(run_dry(relay, database))
        await asyncio.wait([life], timeout=seeded_random.uniform(0.005, 0.4))
        assert not await cancel_until_ended([life], ENDED_WITHIN_S)
    stop.set()
    await selling

    last = relay_of(database, "last", polls_before_takeover=0)
    await run_dry(last, database)
    running = asyncio.create_task(forever(last))
    report = await verified_without_books(database)
    assert not await cancel_until_ended([running], ENDED_WITHIN_S)

    assert report.is_clean, report


async def forever(relay: Any) -> None:
    """Steps without end."""
    while True:
        await relay()


@pytest.mark.slow
async def test_relay_killed_within_its_transaction_holds_the_next_one_up_for_seconds_only(database: Database) -> None:
    shop = Shop(database)
    await shop.settle(payment := await shop.capture(), await shop.refund(payment))
    position = await read_position(database)
    async with database.client.start_session(causal_consistency=False) as session:
        await session.start_transaction()
        await move_position(database, position, session)  # and nothing more is heard of it, as after kill -9
        relay = relay_of(database, "next", polls_before_takeover=0)
        stop = asyncio.Event()
        parts = RelayParts(relay=relay, metrics=RelayMetrics(clock=FixedClock()))
        loop = asyncio.create_task(run_relay(parts, stop))
        is_caught_up = await MongoVerificationReads(database).caught_up(20.0)
        stop.set()
        await loop

    assert is_caught_up
