"""Composes gateway-integration from the gateways, the use cases, the loops and the endpoint for webhooks."""

import time
from collections.abc import Sequence

from refunds.adapters.gateways.circuit_breaker import CircuitBreaker
from refunds.adapters.gateways.gateway import HttpGateway, HttpGatewaySettings
from refunds.adapters.gateways.watched_gateway import WatchedGateway
from refunds.adapters.local.clock import SystemClock
from refunds.runtime.process.container import Parts
from refunds.runtime.process.service import Service
from refunds.runtime.process.settings import ANSWER_STORED_S, ServiceSettings
from refunds.services.gateway_integration.loops import GatewayLoops, GatewayLoopSettings
from refunds.services.gateway_integration.metrics import GatewayMetrics, MeasuredGateway
from refunds.services.gateway_integration.problems import PROBLEMS
from refunds.services.gateway_integration.unbooked_webhooks import UnbookedWebhooks
from refunds.services.gateway_integration.unread_count import UnreadCount
from refunds.services.gateway_integration.webhooks import WebhookEndpoint
from refunds.usecases.gateway.book_kept_notice import BookKeptNotice
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds.usecases.gateway.submit_to_gateway import SubmitToGateway

SAMPLE_TIMEOUT_S = 1.0
"""Time limit of a gateway call in demonstrations, so that they do not wait long for a lost answer."""

SLOW_SHARE = 0.25
"""A call counts as hung after this share of its time limit."""


def build(parts: Parts) -> Service:
    """Builds the service from the parts that the process has opened."""
    metrics = GatewayMetrics(parts.registry)
    connected = {gateway.name: gateway for gateway in _configured_gateways(parts)}
    breakers = {name: CircuitBreaker(seconds=time.monotonic) for name in connected}
    gateways = {
        name: MeasuredGateway(WatchedGateway(gateway, breakers[name]), metrics) for name, gateway in connected.items()
    }
    record = RecordGatewayResult(
        payments=parts.payments,
        config_cache=parts.config_cache,
        clock=parts.clock,
        ids=parts.ids,
        profiles=parts.settings.gateway_profiles,
        notify_operators=metrics.contradicted,
        notify_of_shared_id=metrics.shared_id,
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
        settings=loop_settings(parts.settings),
    )
    metrics.watch(breakers, loops.pool)
    unbooked = UnbookedWebhooks(
        webhooks=parts.unread_webhooks,
        gateways=gateways,
        book=BookKeptNotice(gateways=gateways, record=record),
        clock=parts.clock,
    )
    webhooks = WebhookEndpoint(
        gateways=gateways,
        record=record,
        metrics=metrics,
        unread_webhooks=parts.unread_webhooks,
        clock=parts.clock,
        unbooked=unbooked,
    )
    return Service(
        name="gateway-integration",
        endpoints=webhooks.endpoints,
        problems=PROBLEMS,
        loops=(loops.run, unbooked.run, UnreadCount(webhooks=parts.unread_webhooks, show=metrics.unread).run),
        closes=tuple(gateway.close for gateway in connected.values()),
    )


def loop_settings(settings: ServiceSettings) -> GatewayLoopSettings:
    """Returns the limits of the loops.

    At a stop, the loops wait until running gateway calls have answered or timed out, so that their results are stored.
    If a call were cut off, its refund would be submitted again after the lease, although the money may have moved.
    """
    return GatewayLoopSettings(
        submissions_at_once_max=settings.submissions_at_once_max,
        slow_max=settings.submissions_at_once_max,
        slow_after_s=_timeout_s(settings) * SLOW_SHARE,
        drain_s=_timeout_s(settings) + ANSWER_STORED_S,
    )


def _timeout_s(settings: ServiceSettings) -> float:
    return SAMPLE_TIMEOUT_S if settings.sample else settings.gateway_timeout_s


def _configured_gateways(parts: Parts) -> Sequence[HttpGateway]:
    settings = parts.settings
    if not settings.sandbox_url:
        return ()
    sandbox = HttpGatewaySettings(
        name="sandbox",
        url=settings.sandbox_url,
        webhook_secret=str(settings.sandbox_webhook_secret),
        timeout_s=_timeout_s(settings),
        connections_max=settings.gateway_connections_max,
    )
    return (HttpGateway(sandbox, SystemClock()),)
