"""What the read models promise (`ports.projections.read_models`), in memory and on MongoDB alike."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from tests.support.adapters.schema import migrated
from tests.support.copies import replace
from tests.support.payments.paper_shop import PaperShop
from tests.support.payments.payment_log import PaymentLog

from refunds.adapters.memory.projections.read_models import MemoryReadModels
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.read_model_schema import GENERATIONAL, of_generation
from refunds.ports.projections.read_models import NO_UPDATES, AlreadyApplied, Position, ReadModels, RelaySuperseded
from refunds.usecases.projections.project_changes import build_updates
from refunds.usecases.projections.rebuild_positions import rebuild_ordered, scan_ended


@dataclass
class Kept:
    """Read models and how many documents stand in the place of a generation."""

    models: ReadModels
    count: Callable[[int], Awaitable[int]]


async def in_memory() -> AsyncIterator[Kept]:
    models = MemoryReadModels(moment=PaymentLog().moment)

    async def count(generation: int) -> int:
        place = models.current if (await models.position()).generation % 2 == generation % 2 else models.spare
        return len(place.rows) + len(place.ledger) + len({key for key, _ in place.roll_ups})

    yield Kept(models, count)


async def on_mongodb(uri: str, name: str) -> AsyncIterator[Kept]:
    client = connect(uri)
    database = open_database(client, name)
    await migrated(database)

    async def count(generation: int) -> int:
        places = [database[of_generation(each, generation)] for each in GENERATIONAL]
        return sum([await place.count_documents({}) for place in places])

    yield Kept(MongoReadModels(database), count)
    await client.close()


@pytest.fixture(params=["memory", "mongo"])
def opening(request: pytest.FixtureRequest) -> AsyncIterator[Kept]:
    """Empty ones of one implementation after the other."""
    if request.param == "memory":
        return in_memory()
    return on_mongodb(request.getfixturevalue("mongodb_uri"), request.getfixturevalue("mongodb_database"))


@pytest.fixture
async def kept(opening: AsyncIterator[Kept]) -> AsyncIterator[Kept]:
    """The same, open."""
    async for each in opening:
        yield each


@pytest.fixture
def shop() -> PaperShop:
    """One payment with a refund that is completed: a row, two entries of the ledger, one day of a merchant."""
    shop = PaperShop()
    payment_id = shop.capture(1)
    for _ in range(3):
        shop.go_on(payment_id)
    return shop


def moved(position: Position) -> Position:
    """As it is stored after one move."""
    return replace(position, seq=position.seq + 1)


async def test_updates_go_to_the_current_generation_and_what_fills_the_next_to_the_next(
    kept: Kept, shop: PaperShop
) -> None:
    begun = replace(rebuild_ordered(await kept.models.position()), is_spare_empty=True)
    updates = build_updates(shop.log.changes)

    await kept.models.apply(begun, updates)
    before = await kept.count(1)
    await kept.models.apply(moved(begun), NO_UPDATES, replace(updates, audit=()))

    assert (before, await kept.count(0), await kept.count(1)) == (0, 4, 4)


async def test_position_that_is_outdated_changes_neither_generation(kept: Kept, shop: PaperShop) -> None:
    outdated = await kept.models.position()
    await kept.models.apply(outdated, build_updates(shop.log.changes))
    held = replace(outdated, is_building=True, is_spare_empty=True)
    shop.go_on(shop.capture(2))
    new = build_updates(shop.log.changes[4:])

    for late in (
        kept.models.apply(held, new),
        kept.models.apply(held, NO_UPDATES, replace(new, audit=())),
        kept.models.empty_spare(held, 10),
        kept.models.empty_spare(replace(held, generation=1), 10),
    ):
        with pytest.raises(RelaySuperseded):
            await late

    assert (await kept.count(0), await kept.count(1)) == (4, 0)
    assert await kept.models.position() == moved(outdated)


async def test_rows_of_one_generation_are_no_rows_of_the_other(kept: Kept, shop: PaperShop) -> None:
    await kept.models.apply(await kept.models.position(), build_updates(shop.log.changes))

    current = await kept.models.applied(shop.log.changes, 0)
    following = await kept.models.applied(shop.log.changes, 1)

    assert (len(current.listed), len(current.posted)) == (1, 2)
    assert (len(following.listed), len(following.posted)) == (0, 0)
    assert current.audited == following.audited == {"pay_0001": {1, 2, 3, 4}}


async def test_updates_of_which_a_part_is_stored_are_refused_whole_in_either_generation(
    kept: Kept, shop: PaperShop
) -> None:
    position = replace(await kept.models.position(), is_building=True, is_spare_empty=True)
    updates = replace(build_updates(shop.log.changes), audit=())
    await kept.models.apply(position, NO_UPDATES, updates)

    with pytest.raises(AlreadyApplied):
        await kept.models.apply(moved(position), updates, updates)

    assert (await kept.count(0), await kept.count(1)) == (0, 4)


async def test_spare_place_is_emptied_bit_by_bit_and_the_current_one_stays(kept: Kept, shop: PaperShop) -> None:
    position = replace(await kept.models.position(), is_building=True, is_spare_empty=True)
    updates = build_updates(shop.log.changes)
    await kept.models.apply(position, updates, replace(updates, audit=()))
    switched = scan_ended(moved(position), 1)

    deleted = [3]
    while deleted[-1]:
        deleted.append(await kept.models.empty_spare(switched, 3))
        switched = moved(switched)

    assert deleted[1] == 3
    assert max(deleted) == 3
    assert (await kept.count(0), await kept.count(1)) == (0, 4)
    assert await kept.models.position() == switched
