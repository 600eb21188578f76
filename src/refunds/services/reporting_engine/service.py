"""Composes the reporting-engine, whose relay carries the payments' changes into the read models.

The read models are the list of refunds, the roll-ups, the ledger and the audit log. The service also anchors the audit
chains if the settings name a place for anchors. It also runs the publisher if the settings name an event bus. The log
shows the progress.
"""

import asyncio
from collections.abc import Callable

from refunds.adapters.local.anchors import AnchorFiles
from refunds.adapters.local.mac_signer import HmacSigner
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.projections.feed import MongoFeed
from refunds.adapters.mongo.projections.offsets import POSITION_ID
from refunds.adapters.mongo.projections.quarantine import MongoQuarantineStore
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.kit.config import Secret
from refunds.ports.audit.anchors import Anchors
from refunds.runtime.process.container import Parts
from refunds.runtime.process.service import Loop, Service, Step
from refunds.services.reporting_engine.anchoring import (
    AnchoringCollector,
    AnchoringMetrics,
    AnchoringParts,
    run_anchoring,
)
from refunds.services.reporting_engine.loop import RelayMetrics, RelayParts, run_relay
from refunds.services.reporting_engine.progress import run_progress
from refunds.services.reporting_engine.publishing import READER, build_publisher
from refunds.services.reporting_engine.relay_collector import RefundsCollector, RelayCollector
from refunds.usecases.audit.anchor_audit import AnchorAudit
from refunds.usecases.projections.relay_events import RelayEvents


def build(parts: Parts) -> Service:
    """Builds the service from the parts that the process has opened."""
    feed = MongoFeed(parts.database)
    relay = RelayEvents(
        feed=feed,
        models=MongoReadModels(parts.database),
        scan=MongoPaymentScan(parts.database),
        quarantine_store=MongoQuarantineStore(parts.database, POSITION_ID),
        clock=parts.clock,
        name=parts.new_token(),
    )
    metrics = RelayMetrics(clock=parts.clock)
    parts.registry.register(RelayCollector(metrics))
    parts.registry.register(RefundsCollector(metrics))
    loop = RelayParts(relay=relay, metrics=metrics)

    async def run(stop: asyncio.Event) -> None:
        await run_relay(loop, stop)

    readers = {loop.name: metrics}

    async def log_progress(stop: asyncio.Event) -> None:
        await run_progress(readers, stop)

    loops: list[Loop] = [run, log_progress]
    closes: list[Step] = [feed.close]
    anchors = parts.anchors or _anchor_files(parts)
    if anchors is not None:
        loops.append(_anchoring(parts, anchors, lambda: metrics.is_leading))
    if parts.event_bus is not None:
        publish, close_publisher, readers[READER] = build_publisher(parts, parts.event_bus)
        loops.append(publish)
        closes.append(close_publisher)
    return Service(name="reporting-engine", loops=loops, closes=closes, pings={"relay": metrics.ping})


def _anchoring(parts: Parts, anchors: Anchors, is_leading: Callable[[], bool]) -> Loop:
    anchoring = AnchoringParts(
        anchor=AnchorAudit(reads=MongoVerificationReads(parts.database), anchors=anchors),
        is_leading=is_leading,
        metrics=AnchoringMetrics(),
        every_s=parts.settings.anchor_every_s,
    )
    parts.registry.register(AnchoringCollector(anchoring.metrics))

    async def run(stop: asyncio.Event) -> None:
        await run_anchoring(anchoring, stop)

    return run


def _anchor_files(parts: Parts) -> Anchors | None:
    folder, key_file = parts.settings.anchors_folder, parts.settings.anchor_key_file
    if folder is None or key_file is None:
        return None
    return AnchorFiles(folder, HmacSigner(Secret(key_file.read_text(encoding="utf-8"))), parts.clock)
