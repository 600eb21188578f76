"""The publisher on a real change stream: every event reaches the bus, whatever ends, breaks or was missed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop, SteppedClock

from refunds.adapters.memory.projections.event_bus import MemoryEventBus
from refunds.adapters.mongo.cluster_time import present
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.projections.consumer_offset import MongoConsumerOffset
from refunds.adapters.mongo.projections.feed import FeedSettings, MongoFeed
from refunds.adapters.mongo.projections.quarantine import MongoQuarantineStore
from refunds.adapters.mongo.read_model_schema import LEDGER, POSITIONS
from refunds.domain.verification.payment_snapshot import changes_of
from refunds.ports.projections.event_bus import BusEvent, BusUnavailable
from refunds.ports.projections.feed import FeedBatch, HistoryLost
from refunds.ports.projections.read_models import Phase, Position
from refunds.usecases.projections.publish_events import PublishBounds, PublishEvents

Database = AsyncDatabase[Any]
STEPS_MAX = 400
READER = "bus"


class DiesAfterPublishing(MemoryEventBus):
    """The process ends after a batch is taken and before the bookmark is moved, as often as said."""

    deaths_left = 2

    async def publish(self, events: Sequence[BusEvent]) -> None:
        await super().publish(events)
        if events and self.deaths_left:
            self.deaths_left -= 1
            raise BusUnavailable


class LosesHistory(MongoFeed):
    """Once, the stream no longer reaches back."""

    losses_left = 1

    async def take(self, after: Position) -> FeedBatch:
        if self.losses_left:
            self.losses_left -= 1
            raise HistoryLost
        return await super().take(after)


def publisher_of(
    database: Database, bus: MemoryEventBus, name: str = "publisher_1", *, feed: type[MongoFeed] = MongoFeed
) -> PublishEvents:
    """A publisher that never lingers."""
    return PublishEvents(
        feed=feed(database, FeedSettings(changes_max=7, linger_s=0.0, busy_linger_s=0.0, wait_s=0.02)),
        scan=MongoPaymentScan(database),
        quarantine_store=MongoQuarantineStore(database, READER),
        consumer_offset=MongoConsumerOffset(database, READER),
        bus=bus,
        clock=SteppedClock(),
        name=name,
        bounds=PublishBounds(
            scanned_payments_max=5, empty_takes_before_save=1, polls_before_takeover=2, overlap=timedelta(0)
        ),
    )


async def run_out(publish: PublishEvents, database: Database) -> None:
    """Steps until all that was written before the call is published and noted; a bus that is away is asked again."""
    until, consumer_offset = await present(database), MongoConsumerOffset(database, READER)
    for _ in range(STEPS_MAX):
        try:
            await publish()
        except BusUnavailable:
            continue
        position = await consumer_offset.position()
        if position.phase is Phase.STREAMING and position.read_to >= until:
            return
    raise AssertionError("the publisher does not catch up")


async def all_ids(database: Database) -> list[str]:
    """The ids of every event that the payments know of."""
    stored = await MongoPaymentScan(database).after("", 1000)
    return sorted(event.id for payment in stored for change in changes_of(payment) for event in change.items)


def ids_of(bus: MemoryEventBus) -> list[str]:
    """What the bus took, doubles included."""
    return sorted(event.id for event in bus.taken)


async def test_every_event_reaches_the_bus_once_where_nothing_breaks(database: Database) -> None:
    bus = MemoryEventBus()
    publish = publisher_of(database, bus)
    await run_out(publish, database)
    await Shop(database).busy_hour()

    await run_out(publish, database)

    assert ids_of(bus) == await all_ids(database)


async def test_events_before_the_first_start_reach_the_bus(database: Database) -> None:
    bus = MemoryEventBus()
    await Shop(database).busy_hour()

    await run_out(publisher_of(database, bus), database)

    assert set(ids_of(bus)) == set(await all_ids(database))


async def test_end_between_publishing_and_noting_it_publishes_again_with_the_same_ids(database: Database) -> None:
    bus = DiesAfterPublishing()
    await run_out(publisher_of(database, bus), database)
    await Shop(database).busy_hour()

    for number in range(3):
        try:
            await run_out(publisher_of(database, bus, f"publisher_{number}"), database)
        except AssertionError:
            continue

    assert set(ids_of(bus)) == set(await all_ids(database))
    assert len(bus.taken) > len(set(ids_of(bus)))


async def stepped(publish: PublishEvents) -> None:
    """Two steps: right after a walk the first may be the one that tries what is set aside."""
    await publish()
    await publish()


async def test_bus_that_is_away_loses_nothing_and_holds_no_read_model_up(database: Database) -> None:
    bus = MemoryEventBus()
    publish, relay = publisher_of(database, bus), relay_of(database)
    await run_out(publish, database)
    bus.is_away = True
    await Shop(database).busy_hour()

    with pytest.raises(BusUnavailable):
        await stepped(publish)
    await run_dry(relay, database)
    assert await database[LEDGER].count_documents({}) > 0
    assert not bus.taken
    bus.is_away = False
    await run_out(publish, database)

    assert ids_of(bus) == await all_ids(database)


async def test_lost_feed_is_replaced_by_a_scan_over_all_payments(database: Database) -> None:
    bus, consumer_offset = MemoryEventBus(), MongoConsumerOffset(database, READER)
    await run_out(publisher_of(database, bus), database)
    await Shop(database, SteppedClock(consumer_offset.time_of(await consumer_offset.moment()))).busy_hour()

    await run_out(publisher_of(database, bus, feed=LosesHistory), database)

    assert set(ids_of(bus)) == set(await all_ids(database))


async def test_scan_after_a_lost_feed_publishes_only_what_came_since(database: Database) -> None:
    shop, bus = Shop(database), MemoryEventBus()
    early = await shop.capture()
    await run_out(publisher_of(database, bus), database)
    consumer_offset = MongoConsumerOffset(database, READER)
    read_to = (await consumer_offset.position()).read_to
    shop.clock.present = consumer_offset.time_of(read_to) + timedelta(hours=1)
    late = await shop.capture()
    bus.taken.clear()

    await run_out(publisher_of(database, bus, feed=LosesHistory), database)

    assert {event.payment_id for event in bus.taken} == {late.id}
    assert early.id != late.id


async def test_second_publisher_follows_until_the_first_no_longer_moves(database: Database) -> None:
    bus, other_bus = MemoryEventBus(), MemoryEventBus()
    first, second = publisher_of(database, bus), publisher_of(database, other_bus, "publisher_2")
    await run_out(first, database)
    await Shop(database).capture()

    steps = [await second() for _ in range(2)]
    assert not any(step.is_leading for step in steps)
    await run_out(second, database)

    assert len(other_bus.taken) == 1
    assert not (await first()).is_leading


async def test_resigned_publisher_is_followed_at_once(database: Database) -> None:
    bus = MemoryEventBus()
    first, second = publisher_of(database, bus), publisher_of(database, bus, "publisher_2")
    await run_out(first, database)

    await first.resign()

    assert (await second()).is_leading


async def test_publisher_and_relay_have_places_of_their_own(database: Database) -> None:
    await run_dry(relay_of(database), database)

    await run_out(publisher_of(database, MemoryEventBus()), database)

    assert {place["_id"] async for place in database[POSITIONS].find()} == {"reporting", READER}
