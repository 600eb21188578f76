"""One or two refunds that are at the gateway from the start, and every fault of a network and a gateway's memory.

The machine of `test_payment_invariants`, without the people: so that its steps are spent on chains of faults.
"""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from tests.property.test_payment_invariants import (
    ASKING,
    AT_ONCE,
    HABITS,
    OUTCOMES,
    PROFILE,
    SUBMITTING,
    PaymentMachine,
)
from tests.support.examples import examples
from tests.support.gateway.model_gateway import Habits
from tests.support.payments.payments import a_request

from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.payment.payment import Decision
from refunds.domain.payment.states import FINAL
from refunds.domain.refund.lifecycle import request_refund

WAITS = st.sampled_from([0, 0, 0, PROFILE.key_lifetime_s])
SENT = st.sampled_from(["answer lost", "answer late", "delayed", "died", "never sent", "heard"])


class GatewayFaults(PaymentMachine):
    """Refunds of 40, each sent at once."""

    ask = hand_in_or_review = decide = cancel = meet = None  # type: ignore[assignment]

    @initialize(habits=HABITS, first=SENT, wanted=OUTCOMES, is_pair=st.booleans())
    def send(self, habits: Habits, first: str, wanted: ResultKind, is_pair: bool) -> None:
        self.gateway.habits = habits
        for _ in range(1 + is_pair):
            asked = self._take(self._request)
            assert asked is not None
            self._submit(asked.refund, wanted, first)

    def _request(self) -> Decision:
        return request_refund(self.payment, a_request(40, payment=self.payment), AT_ONCE, self.now)

    @precondition(lambda self: any(r.status not in FINAL for r in self.payment.refunds))
    @rule(wanted=OUTCOMES, sending=SUBMITTING, asking=ASKING, passed_s=WAITS)
    def go_on(self, wanted: ResultKind, sending: str, asking: str, passed_s: int) -> None:
        self.now += timedelta(seconds=passed_s)
        if self.payment.earliest_due() is not None:
            self._work(wanted, sending, asking)

    @rule(amount=st.just(40))
    def refund_as_much_in_dashboard(self, amount: int) -> None:
        self.gateway.refund_in_dashboard(amount, self.now)


GatewayFaults.TestCase.settings = settings(
    max_examples=examples(400),
    stateful_step_count=25,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestWhateverAGatewayDoes = GatewayFaults.TestCase
