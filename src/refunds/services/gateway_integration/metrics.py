"""Counts gateway calls with results and durations, open circuits and webhooks, for Prometheus.

The service wraps each gateway in `MeasuredGateway`, so the gateways and the use cases contain no code for metrics.
"""

import re
from collections import Counter as CountAndSum
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from refunds.adapters.gateways.circuit_breaker import OPERATIONS, CircuitBreaker
from refunds.domain.attempt.result_recording import GatewayResult
from refunds.domain.payment.payment import Refund
from refunds.ports.gateway.gateway import Gateway, GatewayNotice, OtherNotice, Submission

log = structlog.get_logger()

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
KINDS_MAX = 32
"""Maximum number of webhook kinds that are counted by name for a gateway. Later kinds are counted together."""
OTHER_KINDS = "other"

_KIND = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class Waiting(Protocol):
    """A worker pool that counts its waiting items. `is_counted` selects the partitions that are counted."""

    def waiting(self, is_counted: Callable[[tuple[str, str, str]], bool]) -> int: ...


class GatewayMetrics:
    """The metrics of one process. Error codes are normalized, so that there are few labels."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "refunds_gateway_call_seconds",
            "Duration of a call to a gateway, by result.",
            ("gateway", "operation", "result"),
            buckets=BUCKETS_S,
            registry=registry,
        )
        self._errors = Counter(
            "refunds_gateway_errors", "Refusals, failures and lost answers.", ("gateway", "code"), registry=registry
        )
        self._circuits = Gauge(
            "refunds_gateway_circuit_open",
            "1 while nothing is sent after too many failures.",
            ("gateway", "operation"),
            registry=registry,
        )
        self._open_merchants = Gauge(
            "refunds_gateway_open_merchant_circuits",
            "Merchants whose circuit is open after too many failures of their own.",
            ("gateway", "operation"),
            registry=registry,
        )
        self._held_back = Gauge(
            "refunds_gateway_held_back",
            "Refunds that wait for a slot, or for the circuit of their merchant or gateway to close.",
            ("gateway",),
            registry=registry,
        )
        self._webhooks = Counter(
            "refunds_gateway_webhooks", "Webhooks, by what became of them.", ("gateway", "outcome"), registry=registry
        )
        self._ignored = Counter(
            "refunds_gateway_webhooks_ignored",
            "Webhooks that do not concern our refunds, by their kind.",
            ("gateway", "kind"),
            registry=registry,
        )
        self._contradicted = Counter(
            "refunds_gateway_contradicted",
            "Refunds that their gateway contradicted until only a person can settle them.",
            ("gateway",),
            registry=registry,
        )
        self._shared_ids = Counter(
            "refunds_gateway_shared_ids",
            "Results under the gateway's id of a refund of another payment: not recorded.",
            ("gateway",),
            registry=registry,
        )
        self._unread = Gauge(
            "refunds_webhooks_unread",
            "Signed webhooks that are kept: not readable, or of external refunds not recorded yet; as last counted.",
            registry=registry,
        )
        self._kinds: dict[str, CountAndSum[str]] = {}

    def watch(self, breakers: Mapping[str, CircuitBreaker], pool: Waiting) -> None:
        """Sets the circuit breakers and the pool whose current state is shown when the metrics are read."""
        for gateway, breaker in breakers.items():
            for operation in OPERATIONS:
                self._circuits.labels(gateway, operation).set_function(_state_of(breaker, operation))
                self._open_merchants.labels(gateway, operation).set_function(_open_merchants_of(breaker, operation))
            self._held_back.labels(gateway).set_function(_waiting_of(pool, gateway))

    def answered(self, gateway: str, operation: str, result: GatewayResult, took_s: float) -> None:
        """Counts a call to a gateway, with its result and duration."""
        self._seconds.labels(gateway, operation, result.kind.value).observe(took_s)
        if result.code:
            self._errors.labels(gateway, result.code).inc()

    def webhook(self, gateway: str, outcome: str) -> None:
        """Counts a webhook. `outcome` is accepted, ignored, unread, or the name of the error."""
        self._webhooks.labels(gateway, outcome).inc()

    def contradicted(self, refund: Refund, gateway: str) -> None:
        """Counts and logs a refund with contradictory results, about which only a person can decide."""
        self._contradicted.labels(gateway).inc()
        log.error("refund.left_to_a_person", refund_id=refund.id, status=refund.status.value, gateway=gateway)

    def shared_id(self, payment_id: str, owners: Sequence[str], gateway: str) -> None:
        """Counts and logs a result for `payment_id` whose gateway refund id belongs to refunds of other payments."""
        self._shared_ids.labels(gateway).inc()
        log.error("gateway.id_of_other_payment", payment_id=payment_id, owners=list(owners), gateway=gateway)

    def unread(self, count: int) -> None:
        """Sets the number of webhooks that wait for an operator."""
        self._unread.set(count)

    def ignored(self, gateway: str, kind: str) -> tuple[str, int]:
        """Counts a webhook that is about no refund of this service.

        Returns the kind under which the webhook was counted, and the count of this kind.
        """
        kinds = self._kinds.setdefault(gateway, CountAndSum())
        is_shown = _KIND.fullmatch(kind) is not None and (kind in kinds or len(kinds) < KINDS_MAX)
        shown = kind if is_shown else OTHER_KINDS
        kinds[shown] += 1
        self.webhook(gateway, "ignored")
        self._ignored.labels(gateway, shown).inc()
        return shown, kinds[shown]


def _state_of(breaker: CircuitBreaker, operation: str) -> Callable[[], float]:
    return lambda: float(breaker.is_open or (operation == "submit" and breaker.is_doubted))


def _open_merchants_of(breaker: CircuitBreaker, operation: str) -> Callable[[], float]:
    return lambda: float(breaker.open_circuits_count(operation))


def _waiting_of(pool: Waiting, gateway: str) -> Callable[[], float]:
    return lambda: float(pool.waiting(lambda key: key[0] == gateway))


@dataclass(frozen=True, slots=True)
class MeasuredGateway:
    """A gateway whose calls are counted. See `ports.gateway.gateway`."""

    gateway: Gateway
    metrics: GatewayMetrics

    @property
    def name(self) -> str:
        """See the port."""
        return self.gateway.name

    async def submit(self, submission: Submission) -> GatewayResult:
        """See the port."""
        return await self._measured("submit", self.gateway.submit(submission))

    async def query_status(self, attempt_id: str, merchant_id: str, gateway_refund_id: str = "") -> GatewayResult:
        """See the port."""
        return await self._measured("ask", self.gateway.query_status(attempt_id, merchant_id, gateway_refund_id))

    async def _measured(self, operation: str, call: Awaitable[GatewayResult]) -> GatewayResult:
        began = perf_counter()
        result = await call
        self.metrics.answered(self.name, operation, result, perf_counter() - began)
        return result

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> GatewayNotice | OtherNotice:
        """See the port."""
        return self.gateway.read_notice(headers, body)

    def reread_notice(self, body: bytes) -> GatewayNotice | OtherNotice:
        """See the port."""
        return self.gateway.reread_notice(body)
