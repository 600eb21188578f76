"""Of two relays one leads; the other takes over when the leader stops, and knows how far it came."""

import asyncio
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import contents, relay_of, run_dry, versions_published
from tests.support.adapters.shop import Shop

from refunds.adapters.mongo.projections.feed import MongoFeed
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.read_model_schema import (
    AUDIT_LOG,
    LEDGER,
)
from refunds.domain.errors import StoreUnavailable
from refunds.ports.projections.feed import FeedBatch
from refunds.ports.projections.read_models import (
    Position,
)
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models

Database = AsyncDatabase[Any]


async def test_two_relays_racing_apply_every_change_once(database: Database) -> None:
    shop = Shop(database)
    relays = [relay_of(database, name, polls_before_takeover=0, changes_max=5) for name in "ab"]
    await run_dry(relays[0], database)
    await shop.busy_hour(9)

    await asyncio.gather(*(run_dry(relay, database) for relay in relays))

    found = await contents(database)
    assert await database[AUDIT_LOG].count_documents({}) == await versions_published(database)
    await rebuild_read_models(MongoReadModels(database))
    await run_dry(relays[0], database)
    assert found == await contents(database)


async def test_second_relay_waits_while_the_first_moves(database: Database) -> None:
    shop, first = Shop(database), relay_of(database, "first")
    second = relay_of(database, "second")
    await run_dry(first, database)

    steps = []
    for _ in range(8):
        await shop.capture()
        await first()
        steps.append(await second())

    assert not any(step.is_leading for step in steps)


async def test_second_relay_takes_over_when_the_first_stands_still(database: Database) -> None:
    first, second = relay_of(database, "first"), relay_of(database, "second")
    await run_dry(first, database)
    await Shop(database).capture()

    steps = [await second() for _ in range(9)]

    assert [step.is_leading for step in steps] == [False] * 6 + [True] * 3
    assert await database[LEDGER].count_documents({}) == 1


async def test_relay_that_resigned_is_followed_at_once(database: Database) -> None:
    first, second = relay_of(database, "first"), relay_of(database, "second")
    await run_dry(first, database)

    await first.resign()

    assert (await second()).is_leading


class AwayFeed(MongoFeed):
    """The stream that never answers."""

    async def take(self, after: Position) -> FeedBatch:
        raise StoreUnavailable


async def test_relay_that_starts_and_fails_knows_up_to_when_all_is_carried(database: Database) -> None:
    relay = relay_of(database)
    await run_dry(relay, database)
    await relay.resign()
    models = MongoReadModels(database)
    place = models.time_of((await models.position()).read_to)
    started = relay_of(database, "started")
    started.feed = AwayFeed(database)

    await started()  # looks at what was set aside
    with pytest.raises(StoreUnavailable):
        await started()

    assert started.reached == place


async def test_follower_knows_up_to_when_the_leader_has_carried_all(database: Database) -> None:
    leader, follower = relay_of(database, "leader"), relay_of(database, "follower")
    await run_dry(leader, database)
    models = MongoReadModels(database)

    await follower()

    assert follower.reached == models.time_of((await models.position()).read_to)
