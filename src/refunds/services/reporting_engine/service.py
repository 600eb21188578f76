"""Wires the reporting-engine: the relay from the payments' changes to list, roll-ups, ledger and audit log."""

import asyncio

from refunds.adapters.mongo.feed import MongoFeed
from refunds.adapters.mongo.payment_walk import MongoPaymentWalk
from refunds.adapters.mongo.read_models import MongoReadModels
from refunds.runtime.parts import Parts
from refunds.runtime.service import Service
from refunds.services.reporting_engine.loop import RelayMetrics, RelayParts, run_relay
from refunds.services.reporting_engine.publishing import build_publisher
from refunds.services.reporting_engine.relay_collector import RelayCollector
from refunds.usecases.relay_events import RelayEvents


def build(parts: Parts) -> Service:
    """The service on open parts."""
    feed = MongoFeed(parts.database)
    relay = RelayEvents(
        feed=feed,
        models=MongoReadModels(parts.database),
        walk=MongoPaymentWalk(parts.database),
        clock=parts.clock,
        name=parts.new_token(),
    )
    metrics = RelayMetrics()
    parts.registry.register(RelayCollector(metrics))
    loop = RelayParts(relay=relay, metrics=metrics)

    async def run(stop: asyncio.Event) -> None:
        await run_relay(loop, stop)

    if parts.event_bus is None:
        return Service(name="reporting-engine", loops=(run,), closes=(feed.close,))
    publish, close_publisher = build_publisher(parts, parts.event_bus)
    return Service(name="reporting-engine", loops=(run, publish), closes=(feed.close, close_publisher))
