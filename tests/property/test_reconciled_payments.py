"""The same machine as in `test_payment_invariants`, begun where a gateway contradicted itself and people settle it."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from tests.property.test_payment_invariants import AT_ONCE, HABITS, PICK, PaymentMachine
from tests.support.examples import examples
from tests.support.gateway.model_gateway import Habits
from tests.support.payments.payments import a_request

from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.payment.payment import Refund
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import request_refund

FLIPS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=5)
"""Whether the question that a flip raises is answered at once, and whether another refund takes the room before it."""


class DoubtedPaymentMachine(PaymentMachine):
    """Its first refund was submitted and answered; then its gateway contradicted itself again and again."""

    def meet(self, habits: Habits) -> None:
        """Not at any moment, as in the other machine: the clock of one gateway does not go back within a payment."""

    @initialize(habits=HABITS, amount=st.integers(30, 70), flips=FLIPS)
    def begin_in_doubt(self, habits: Habits, amount: int, flips: list[tuple[bool, bool]]) -> None:
        self.gateway.habits = habits
        refund = self._begun(amount)
        for is_answered, is_room_taken in flips:
            if is_room_taken and self.payment.refund(refund.id).status in (Status.FAILED, Status.REVERSED):
                self._begun(self.payment.refundable_amount)
            self._change_its_mind(refund)
            if is_answered:
                self._work_to_the_end()

    @precondition(lambda self: self._decided_at_gateway())
    @rule(pick=PICK)
    def change_its_mind(self, pick: int) -> None:
        """The gateway, with or without a time, reports the opposite of one refund's final status."""
        decided = self._decided_at_gateway()
        self._change_its_mind(decided[pick % len(decided)])

    def _begun(self, amount: int) -> Refund:
        """A refund that its gateway has confirmed; none if nothing is left to refund."""
        command = a_request(amount or 1)
        decision = self._take(lambda: request_refund(self.payment, command, AT_ONCE, self.now))
        if decision is None:
            return self.payment.refunds[0]
        self._submit(decision.refund, ResultKind.SUCCEEDED, "heard")
        return decision.refund

    def _decided_at_gateway(self) -> list[Refund]:
        ended = (ResultKind.SUCCEEDED, ResultKind.FAILED)
        references = {m.reference for m in self.gateway.movements.values() if m.state in ended}
        return [refund for refund in self.payment.refunds if refund.attempts and refund.attempts[-1].id in references]

    def _change_its_mind(self, refund: Refund) -> None:
        reference = refund.attempts[-1].id
        names = [name for name, m in self.gateway.movements.items() if m.reference == reference]
        if not names:
            return
        if any(named == reference for named, _ in self.late):
            self.denied.add(reference)  # an answer from before is still on its way, and may carry no time
        has_moved = self.gateway.movements[names[0]].state is ResultKind.SUCCEEDED
        self.now += timedelta(seconds=1)
        self.gateway.end(names[0], ResultKind.FAILED if has_moved else ResultKind.SUCCEEDED, self.now)
        self._deliver(self.gateway.movements[names[0]])


DoubtedPaymentMachine.TestCase.settings = settings(
    max_examples=examples(250),
    stateful_step_count=25,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestWhateverAGatewayTakesBack = DoubtedPaymentMachine.TestCase
