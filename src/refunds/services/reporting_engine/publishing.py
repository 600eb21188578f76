"""Composes the publisher, which sends the payments' events to the event bus.

This module is called only if an event bus is configured.
"""

import asyncio

from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.projections.consumer_offset import MongoConsumerOffset
from refunds.adapters.mongo.projections.feed import MongoFeed
from refunds.adapters.mongo.projections.quarantine import MongoQuarantineStore
from refunds.ports.projections.event_bus import EventBus
from refunds.runtime.process.container import Parts
from refunds.runtime.process.service import Loop, Step
from refunds.services.reporting_engine.loop import RelayMetrics, RelayParts, run_relay
from refunds.services.reporting_engine.relay_collector import RelayCollector
from refunds.usecases.projections.publish_events import PublishEvents

READER = "bus"


def build_publisher(parts: Parts, bus: EventBus) -> tuple[Loop, Step, RelayMetrics]:
    """Returns the publisher's loop, the function that closes it, and its metrics."""
    feed = MongoFeed(parts.database)
    publish = PublishEvents(
        feed=feed,
        scan=MongoPaymentScan(parts.database),
        quarantine_store=MongoQuarantineStore(parts.database, READER),
        consumer_offset=MongoConsumerOffset(parts.database, READER),
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
