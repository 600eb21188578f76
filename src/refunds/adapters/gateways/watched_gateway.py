"""Wraps a gateway and reports the outcome of each call to the gateway's circuit breaker.

The modules that build a service use this wrapper.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass

from refunds.adapters.gateways.answers import EXPONENT, NOT_CONNECTED, PAYMENT_ID
from refunds.adapters.gateways.circuit_breaker import CallOutcome, CircuitBreaker
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind
from refunds.ports.gateway.gateway import Gateway, GatewayNotice, OtherNotice, Submission

_NO_RESULT = frozenset({ResultKind.UNKNOWN, ResultKind.UNAVAILABLE})
_NOT_CALLED = frozenset({EXPONENT, PAYMENT_ID})


@dataclass(frozen=True, slots=True)
class WatchedGateway:
    """See `ports.gateway.gateway`."""

    gateway: Gateway
    breaker: CircuitBreaker

    @property
    def name(self) -> str:
        """See the port."""
        return self.gateway.name

    async def submit(self, submission: Submission) -> GatewayResult:
        """See the port."""
        return await self._watched("submit", submission.merchant_id, self.gateway.submit(submission))

    async def query_status(self, attempt_id: str, merchant_id: str, gateway_refund_id: str = "") -> GatewayResult:
        """See the port."""
        return await self._watched(
            "ask", merchant_id, self.gateway.query_status(attempt_id, merchant_id, gateway_refund_id)
        )

    async def _watched(self, operation: str, merchant_id: str, call: Awaitable[GatewayResult]) -> GatewayResult:
        result = await call
        if result.is_sent and result.raw_code not in _NOT_CALLED:
            self.breaker.record(operation, merchant_id, _outcome_of(result))
        return result

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> GatewayNotice | OtherNotice:
        """See the port."""
        return self.gateway.read_notice(headers, body)

    def reread_notice(self, body: bytes) -> GatewayNotice | OtherNotice:
        """See the port."""
        return self.gateway.reread_notice(body)


def _outcome_of(result: GatewayResult) -> CallOutcome:
    if result.kind not in _NO_RESULT:
        return CallOutcome.GOOD
    return CallOutcome.AWAY if result.raw_code == NOT_CONNECTED else CallOutcome.WITHOUT_RESULT
