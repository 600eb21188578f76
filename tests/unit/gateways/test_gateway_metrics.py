"""What gateway-integration counts of its gateways."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry
from tests.support.gateway.scripted_gateway import LOST, ScriptedGateway

from refunds.adapters.gateways.circuit_breaker import CallOutcome, CircuitBreaker
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind
from refunds.ports.gateway.gateway import Submission
from refunds.services.gateway_integration.metrics import GatewayMetrics, MeasuredGateway

SUBMISSION = Submission(
    attempt_id="att_1",
    merchant_id="mer_1",
    gateway_payment_id="gp_1",
    amount=60,
    captured_amount=100,
    currency="USD",
    token="tok_ok",
    metadata={},
)


async def test_calls_are_counted_by_the_gateways_answer_and_go_through_unchanged() -> None:
    registry = CollectorRegistry()
    refused = GatewayResult(kind=ResultKind.REFUSED, code="declined", raw_code="do_not_honor")
    inner = ScriptedGateway(submits=[refused], asks=[LOST])
    gateway = MeasuredGateway(inner, GatewayMetrics(registry))

    said = [
        await gateway.submit(SUBMISSION),
        await gateway.submit(SUBMISSION),
        await gateway.query_status("att_1", "mer_1"),
    ]

    submits = {"gateway": "sandbox", "operation": "submit", "result": "refused"}
    asks = {"gateway": "sandbox", "operation": "ask", "result": "unknown"}
    assert said == [refused, refused, LOST]
    assert (gateway.name, inner.attempts) == ("sandbox", ["att_1", "att_1"])
    assert registry.get_sample_value("refunds_gateway_call_seconds_count", submits) == 2
    assert registry.get_sample_value("refunds_gateway_call_seconds_count", asks) == 1
    assert registry.get_sample_value("refunds_gateway_errors_total", {"gateway": "sandbox", "code": "declined"}) == 2


def test_open_circuit_is_seen_when_the_metrics_are_read() -> None:
    registry = CollectorRegistry()
    breaker = CircuitBreaker(seconds=lambda: 0.0, failures_max=1, away_max=2, merchants_min=2)
    GatewayMetrics(registry).watch({"sandbox": breaker}, Waits())

    breaker.record("submit", "mer_1", CallOutcome.WITHOUT_RESULT)
    one_turned_away = seen(registry, "circuit_open")
    breaker.record("submit", "mer_2", CallOutcome.WITHOUT_RESULT)
    everybody = seen(registry, "circuit_open")
    for _ in range(2):
        breaker.record("ask", "mer_1", CallOutcome.AWAY)

    assert (one_turned_away, everybody, seen(registry, "circuit_open")) == ((0, 0), (1, 0), (1, 1))
    assert seen(registry, "open_merchant_circuits") == (2, 0)
    assert registry.get_sample_value("refunds_gateway_held_back", {"gateway": "sandbox"}) == 3


class Waits:
    """Three pieces wait for the sandbox, one for another gateway."""

    def waiting(self, is_counted: Callable[[tuple[str, str, str]], bool]) -> int:
        """Of those parties."""
        return 3 * is_counted(("sandbox", "submit", "mer_1")) + is_counted(("other", "submit", "mer_1"))


def seen(registry: CollectorRegistry, name: str) -> tuple[float | None, ...]:
    """The gauge of submissions and of questions."""
    labels = [{"gateway": "sandbox", "operation": operation} for operation in ("submit", "ask")]
    return tuple(registry.get_sample_value(f"refunds_gateway_{name}", one) for one in labels)
