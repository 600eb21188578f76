"""Wires the reporting-engine: the relay from the payments' changes to list, roll-ups, ledger and audit log.

Beside it runs the anchoring of the audit chains, where the settings say where anchors are kept.
"""

import asyncio

from refunds.adapters.anchor_files import AnchorFiles
from refunds.adapters.hmac_seals import HmacSeals
from refunds.adapters.mongo.archive import MongoArchive
from refunds.adapters.mongo.feed import MongoFeed
from refunds.adapters.mongo.payment_walk import MongoPaymentWalk
from refunds.adapters.mongo.read_models import MongoReadModels
from refunds.kit.config import Secret
from refunds.ports.anchors import Anchors
from refunds.runtime.parts import Parts
from refunds.runtime.service import Service
from refunds.services.reporting_engine.anchoring import (
    AnchoringCollector,
    AnchoringMetrics,
    AnchoringParts,
    run_anchoring,
)
from refunds.services.reporting_engine.loop import RelayMetrics, RelayParts, run_relay
from refunds.services.reporting_engine.relay_collector import RelayCollector
from refunds.usecases.anchor_audit import AnchorAudit
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

    anchors = _anchors(parts)
    if anchors is None:
        return Service(name="reporting-engine", loops=(run,), closes=(feed.close,))
    anchoring = AnchoringParts(
        anchor=AnchorAudit(archive=MongoArchive(parts.database), anchors=anchors),
        is_leading=lambda: metrics.is_leading,
        metrics=AnchoringMetrics(),
        every_s=parts.settings.anchor_every_s,
    )
    parts.registry.register(AnchoringCollector(anchoring.metrics))

    async def run_anchors(stop: asyncio.Event) -> None:
        await run_anchoring(anchoring, stop)

    return Service(name="reporting-engine", loops=(run, run_anchors), closes=(feed.close,))


def _anchors(parts: Parts) -> Anchors | None:
    folder, key_file = parts.settings.anchors_folder, parts.settings.anchor_key_file
    if folder is None or key_file is None:
        return None
    return AnchorFiles(folder, HmacSeals(Secret(key_file.read_text(encoding="utf-8"))), parts.clock)
