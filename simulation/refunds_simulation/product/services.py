"""Builds the five services as each `service.py` does, from the parts of a simulated process."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from refunds.adapters.gateways.circuit_breaker import CircuitBreaker
from refunds.adapters.gateways.watched_gateway import WatchedGateway
from refunds.adapters.memory.audit.anchors import MemoryAnchors
from refunds.adapters.memory.audit.verification_reads import MemoryVerificationReads
from refunds.adapters.memory.gateway.unread_webhooks import MemoryUnreadWebhooks
from refunds.adapters.memory.payments.bulk_files import MemoryBulkFiles
from refunds.adapters.memory.payments.payment_scan import MemoryPaymentScan
from refunds.adapters.memory.projections.consumer_offset import MemoryConsumerOffset
from refunds.adapters.memory.projections.event_bus import MemoryEventBus
from refunds.adapters.memory.projections.feed import FeedPace, MemoryFeed
from refunds.adapters.memory.projections.quarantine import MemoryQuarantineStore
from refunds.adapters.memory.projections.read_models import MemoryReadModels
from refunds.adapters.memory.projections.refund_lists import MemoryRefundLists
from refunds.domain.attempt.gateway_profiles import Profiles
from refunds.services.gateway_integration.loops import GatewayLoops
from refunds.services.gateway_integration.unbooked_webhooks import UnbookedWebhooks
from refunds.services.gateway_integration.webhooks import WebhookEndpoint
from refunds.services.reporting_engine.anchoring import AnchoringMetrics, AnchoringParts, run_anchoring
from refunds.services.reporting_engine.loop import RelayMetrics, RelayParts, run_relay
from refunds.services.request_manager.loops import ReviewLoops
from refunds.usecases.approvals.decide_approval import DecideApproval
from refunds.usecases.audit.anchor_audit import AnchorAudit
from refunds.usecases.gateway.book_kept_notice import BookKeptNotice
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds.usecases.gateway.submit_to_gateway import SubmitToGateway
from refunds.usecases.payments.record_payment import RecordPayment
from refunds.usecases.projections.publish_events import PublishBounds, PublishEvents
from refunds.usecases.projections.relay_events import RelayBounds, RelayEvents
from refunds.usecases.refunds.cancel_refund import CancelRefund
from refunds.usecases.refunds.claim_file_key import ClaimFileKey
from refunds.usecases.refunds.create_refund import CreateRefund
from refunds.usecases.refunds.reconcile_refund import ReconcileRefund
from refunds.usecases.refunds.review_refund import ReviewRefund
from refunds.usecases.refunds.submit_refund import SubmitRefund
from refunds.usecases.settings.add_tenant import AddTenant
from refunds.usecases.settings.set_parameter import SetParameter
from refunds_simulation.machine.host import Loop
from refunds_simulation.machine.line import SimLine
from refunds_simulation.product import pauses
from refunds_simulation.product.noted_gateway import NotedGateway
from refunds_simulation.product.parts import Parts, has_small_bounds

BUS_READER = "bus"
QUARANTINE_MAX = 2
"""Maximum number of payments in the quarantine. It is small, so that the quarantine is sometimes full."""

SMALL_STEPS = RelayBounds(scanned_payments_max=20, retried_payments_max=1, rebuild_steps_max=2, busy_changes_min=5)
SMALL_PAGES = PublishBounds(scanned_payments_max=20, retried_payments_max=1)

FEED = FeedPace(wait_s=pauses.FEED_IDLE_S, linger_s=1.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The use cases that the API's routes call."""

    parts: Parts
    record_payment: RecordPayment
    create_refund: CreateRefund
    cancel_refund: CancelRefund
    submit_refund: SubmitRefund
    decide_approval: DecideApproval
    claim_file_key: ClaimFileKey
    add_tenant: AddTenant
    reconcile_refund: ReconcileRefund
    lists: MemoryRefundLists
    profiles: Profiles


def build_api(parts: Parts, gateways: tuple[str, ...], *, is_reviewed_now: bool) -> tuple[Api, list[Loop]]:
    """Builds the API. If `is_reviewed_now` is False, the request-manager reviews refunds later."""
    payments, config_cache, clock, hints = parts.payments, parts.config_cache, parts.clock, parts.hints
    profiles = {name: of.profile for name, of in parts.servers.gateways.items()}
    api = Api(
        parts=parts,
        record_payment=RecordPayment(
            payments=payments, config_cache=config_cache, clock=clock, ids=parts.ids, gateways=gateways
        ),
        create_refund=CreateRefund(
            payments=payments,
            config_cache=config_cache,
            clock=clock,
            ids=parts.ids,
            hints=hints,
            is_reviewed_now=is_reviewed_now,
        ),
        cancel_refund=CancelRefund(payments=payments, clock=clock),
        submit_refund=SubmitRefund(payments=payments, config_cache=config_cache, clock=clock, hints=hints),
        decide_approval=DecideApproval(payments=payments, config_cache=config_cache, clock=clock, hints=hints),
        claim_file_key=ClaimFileKey(payments=payments, files=MemoryBulkFiles(parts.servers.database, parts.line)),
        add_tenant=AddTenant(tenants=parts.tenants, config_cache=config_cache, clock=clock, ids=parts.ids),
        reconcile_refund=ReconcileRefund(payments=payments, config_cache=config_cache, clock=clock, profiles=profiles),
        lists=MemoryRefundLists(parts.servers.database, parts.line),
        profiles=profiles,
    )
    return api, parts.loops


def build_parameters(parts: Parts) -> tuple[SetParameter, list[Loop]]:
    """Builds the service parameter-resolution."""
    setting = SetParameter(
        parameters=parts.parameters, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids
    )
    return setting, parts.loops


def build_manager(parts: Parts) -> tuple[ReviewLoops, list[Loop]]:
    """Builds the service request-manager."""
    review = ReviewRefund(
        payments=parts.payments, config_cache=parts.config_cache, clock=parts.clock, hints=parts.hints
    )
    loops = ReviewLoops(
        review=review, payments=parts.payments, hints=parts.hints, clock=parts.clock, settings=pauses.REVIEW
    )
    return loops, [loops.run, *parts.loops]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayIntegration:
    """The parts of gateway-integration that callers reach, which are the webhook endpoint and the gateways by name."""

    endpoint: WebhookEndpoint
    gateways: Mapping[str, WatchedGateway]


def build_gateway_integration(parts: Parts) -> tuple[GatewayIntegration, list[Loop]]:
    """Builds the service gateway-integration with the simulated gateways.

    One gateway may be missing in the configuration of the process.
    """
    machine = parts.host.machine
    if machine is None:
        raise RuntimeError(parts.host.name)
    missing = parts.servers.unconfigured.get(parts.host.name, "")
    breakers = {name: CircuitBreaker(seconds=parts.seconds) for name in parts.servers.gateways if name != missing}
    gateways = {
        name: WatchedGateway(NotedGateway(of.server, SimLine(machine, of.wire), clock=parts.clock), breakers[name])
        for name, of in parts.servers.gateways.items()
        if name != missing
    }
    record = RecordGatewayResult(
        payments=parts.payments,
        config_cache=parts.config_cache,
        clock=parts.clock,
        ids=parts.ids,
        profiles={name: of.profile for name, of in parts.servers.gateways.items()},
    )
    submit = SubmitToGateway(
        payments=parts.payments, config_cache=parts.config_cache, clock=parts.clock, gateways=gateways, record=record
    )
    loops = GatewayLoops(
        submit=submit,
        payments=parts.payments,
        hints=parts.hints,
        clock=parts.clock,
        breakers=breakers,
        settings=pauses.GATEWAY,
        seconds=parts.seconds,
    )
    unread_webhooks = MemoryUnreadWebhooks(parts.servers.database, parts.line)
    unbooked = UnbookedWebhooks(
        webhooks=unread_webhooks,
        gateways=gateways,
        book=BookKeptNotice(gateways=gateways, record=record),
        clock=parts.clock,
        every_s=pauses.KEPT_EVERY_S,
    )
    endpoint = WebhookEndpoint(
        gateways=gateways,
        record=record,
        metrics=parts.servers.gateway_metrics,
        unread_webhooks=unread_webhooks,
        clock=parts.clock,
        unbooked=unbooked,
    )
    return GatewayIntegration(endpoint=endpoint, gateways=gateways), [loops.run, unbooked.run, *parts.loops]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """The metrics of the reporting-engine that the simulation reads."""

    relay: RelayMetrics
    publisher: RelayMetrics


def build_reporting(parts: Parts) -> tuple[Reporting, list[Loop]]:
    """Builds the service reporting-engine with its relay, its publisher and its anchoring."""
    machine = parts.host.machine
    if machine is None:
        raise RuntimeError(parts.host.name)
    database, line = parts.servers.database, parts.line
    anchors = MemoryAnchors(parts.clock, texts=parts.servers.anchors, line=SimLine(machine, parts.servers.anchors_wire))
    relay = RelayEvents(
        feed=MemoryFeed(database, line, pace=FEED),
        models=MemoryReadModels(database, line),
        scan=MemoryPaymentScan(database, line),
        quarantine_store=MemoryQuarantineStore(database, line, kept_max=QUARANTINE_MAX),
        clock=parts.clock,
        name=parts.ids.token(),
        bounds=SMALL_STEPS if has_small_bounds(parts.host) else RelayBounds(),
    )
    publish = PublishEvents(
        feed=MemoryFeed(database, line, pace=FEED),
        scan=MemoryPaymentScan(database, line),
        quarantine_store=MemoryQuarantineStore(database, line, reader=BUS_READER, kept_max=QUARANTINE_MAX),
        consumer_offset=MemoryConsumerOffset(database, line, reader=BUS_READER),
        bus=MemoryEventBus(parts.servers.bus, SimLine(machine, parts.servers.bus_wire)),
        clock=parts.clock,
        name=parts.ids.token(),
        bounds=SMALL_PAGES if has_small_bounds(parts.host) else PublishBounds(),
    )
    metrics, bus_metrics = RelayMetrics(clock=parts.clock), RelayMetrics(clock=parts.clock)
    relaying = RelayParts(relay=relay, metrics=metrics, settings=pauses.RELAY, seeded_random=parts.seeded_random.random)
    publishing = RelayParts(
        relay=publish,
        metrics=bus_metrics,
        name=BUS_READER,
        settings=pauses.RELAY,
        seeded_random=parts.seeded_random.random,
    )
    anchoring = AnchoringParts(
        anchor=AnchorAudit(reads=MemoryVerificationReads(database, line), anchors=anchors),
        is_leading=lambda: metrics.is_leading,
        metrics=AnchoringMetrics(),
        every_s=pauses.ANCHOR_EVERY_S,
        look_s=pauses.ANCHOR_LOOK_S,
    )

    async def run(stop: asyncio.Event) -> None:
        await run_relay(relaying, stop)

    async def publish_loop(stop: asyncio.Event) -> None:
        await run_relay(publishing, stop)

    async def anchor(stop: asyncio.Event) -> None:
        await run_anchoring(anchoring, stop)

    return Reporting(relay=metrics, publisher=bus_metrics), [run, publish_loop, anchor, *parts.loops]
