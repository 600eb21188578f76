"""Wires the publisher: the payments' events to the event bus, beside the relay, where a bus is configured."""

import asyncio

from refunds.adapters.mongo.bookmark import MongoBookmark
from refunds.adapters.mongo.feed import MongoFeed
from refunds.adapters.mongo.payment_walk import MongoPaymentWalk
from refunds.adapters.mongo.set_aside import MongoSetAside
from refunds.ports.event_bus import EventBus
from refunds.runtime.parts import Parts
from refunds.runtime.service import Loop, Step
from refunds.services.reporting_engine.loop import RelayMetrics, RelayParts, run_relay
from refunds.services.reporting_engine.relay_collector import RelayCollector
from refunds.usecases.publish_events import PublishEvents

READER = "bus"


def build_publisher(parts: Parts, bus: EventBus) -> tuple[Loop, Step, RelayMetrics]:
    """Its loop, what closes it, and its counts."""
    feed = MongoFeed(parts.database)
    publish = PublishEvents(
        feed=feed,
        walk=MongoPaymentWalk(parts.database),
        set_aside=MongoSetAside(parts.database, READER),
        bookmark=MongoBookmark(parts.database, READER),
        bus=bus,
        clock=parts.clock,
        name=parts.new_token(),
    )
    metrics = RelayMetrics(clock=parts.clock)
    parts.registry.register(RelayCollector(metrics, "refunds_bus", "the event bus"))
    loop = RelayParts(relay=publish, metrics=metrics, name=READER)

    async def run(stop: asyncio.Event) -> None:
        await run_relay(loop, stop)

    return run, feed.close, metrics
