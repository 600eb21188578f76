"""Makes payments, and the three decisions of each refund, which create, acknowledge and complete the refund."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.support.baseline_documents import PATH, captured_payment, refund_request
from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.ids import SystemIds
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.settings.parameters import ParameterSnapshot
from refunds.domain.settings.refund_policy import Limits, limits_of
from refunds.ports.payments.payments import Decide

CREATED, ACKNOWLEDGED, COMPLETED = STEPS = ("created", "acknowledged", "completed")
ACTOR = "gateway:sandbox"


@dataclass(frozen=True, slots=True)
class Refunds:
    """Makes payments and decisions. All of them have the same time `now`, so that they are alike."""

    ids: SystemIds
    now: datetime
    limits: Limits

    def payments(self, wanted: int) -> list[Payment]:
        """That many new payments."""
        return [captured_payment(self.ids, self.now, number) for number in range(wanted)]

    def decisions(self, payment: Payment, number: int, amount: int = 1_000) -> Sequence[tuple[str, Decide]]:
        """Returns the steps of the payment's refund with this number, each with its decision function."""
        command = refund_request(self.ids, payment, f"ref-{payment.id}-{number}", amount)
        named = f"re_{payment.id}_{number}"

        def create(present: Payment) -> Decision:
            return request_refund(present, command, self.limits, self.now)

        def answered(kind: ResultKind, after_s: int) -> Decide:
            result = GatewayResult(kind=kind, gateway_refund_id=named, amount=amount)
            at = self.now + timedelta(seconds=after_s)

            def record(present: Payment) -> Decision:
                attempt_id = present.refund(command.refund_id).attempts[-1].id
                return record_gateway_result(present, attempt_id, result, self.limits, at, ACTOR)

            return record

        steps = (create, answered(ResultKind.PENDING, 1), answered(ResultKind.SUCCEEDED, 2))
        return list(zip(STEPS, steps, strict=True))


def refunds() -> Refunds:
    """Returns `Refunds` with the default limits, which allow more refunds of a payment than are measured."""
    now = SystemClock().now()
    limits = limits_of(ParameterSnapshot(0, ()), PATH, now)
    return Refunds(SystemIds(), now, limits)
