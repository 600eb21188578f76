"""Whatever people and gateways do to a payment, in any order, twice and late, its amounts stay true.

Hypothesis plays the requesters, the approvers, the workers, the network and the gateway; the invariants hold after
every step, and when everything has been heard, our books equal the gateway's.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.support.model_gateway import ModelGateway, Movement, result_of
from tests.support.payments import GATEWAY, NOW, a_payment, a_request, an_approval, limits, shown, stored
from tests.support.retelling import as_walked

from refunds.domain.adopting import adopt_gateway_refund
from refunds.domain.attribution import misattributed
from refunds.domain.errors import RefundsError
from refunds.domain.events import Event, EventType
from refunds.domain.invariants import mistimed
from refunds.domain.ledger import entry_of
from refunds.domain.payment import Decision, Payment, Refund, Work
from refunds.domain.requesting import (
    approve_refund,
    cancel_refund,
    reject_refund,
    request_refund,
    review_refund,
    submit_refund,
)
from refunds.domain.retelling import mistold
from refunds.domain.settling import GatewayResult, ResultKind, Step, begin_try, next_step, record_gateway_result
from refunds.domain.states import FINAL, HOLDING, WAITS_FOR_PERSON, Holding, Status

CAPTURED = 100
WITHIN = limits(auto_approval_below_major=0, approvals_required=2, gateway_attempts_max=3, refunds_per_payment_max=12)
AT_ONCE = limits(gateway_attempts_max=3, refunds_per_payment_max=12)
ROUNDS_MAX = 400

AMOUNTS = st.one_of(st.none(), st.integers(1, 70))
PEOPLE = st.sampled_from(["usr_asker", "usr_a", "usr_b", "usr_c"])
KEYS = st.sampled_from([f"key-{number}" for number in range(8)])
OUTCOMES = st.sampled_from([ResultKind.SUCCEEDED, ResultKind.PENDING, ResultKind.REFUSED])
PICK = st.integers(0, 10**6)


class PaymentMachine(RuleBasedStateMachine):
    """One payment, its gateway, and what has been told so far."""

    def __init__(self) -> None:
        super().__init__()
        self.payment = a_payment(CAPTURED)
        self.gateway = ModelGateway(captured_amount=CAPTURED)
        self.now = NOW
        self.ledger: dict[str, int] = {}
        self.bodies: dict[str, tuple[str, str]] = {}
        self.answers: dict[str, Refund] = {}
        self.histories: dict[str, list[Event]] = {}
        self.numbers = 0

    # --- people ----------------------------------------------------------------------------------

    @rule(amount=AMOUNTS, key=KEYS, needs_people=st.booleans(), is_submitted=st.booleans(), is_now=st.booleans())
    def ask(self, amount: int | None, key: str, needs_people: bool, is_submitted: bool, is_now: bool) -> None:
        command = a_request(
            amount, key=key, body=f"body of {amount}", is_submitted=is_submitted, is_reviewed_now=is_now
        )
        within = WITHIN if needs_people else AT_ONCE
        decision = self._take(lambda: request_refund(self.payment, command, within, self.now))
        if decision is not None:
            known = self.bodies.setdefault(key, (decision.refund.id, command.fingerprint))
            assert known == (decision.refund.id, command.fingerprint)
            assert shown(decision.refund) == self.answers.setdefault(key, shown(decision.refund))

    @precondition(lambda self: self.payment.refunds)
    @rule(pick=PICK, person=PEOPLE, needs_people=st.booleans())
    def hand_in_or_review(self, pick: int, person: str, needs_people: bool) -> None:
        refund, within = self._one(pick), WITHIN if needs_people else AT_ONCE
        if refund.status is Status.SUBMITTED:
            self._take(lambda: review_refund(self.payment, refund.id, within, self.now, "system"))
        else:
            self._take(lambda: submit_refund(self.payment, refund.id, within, self.now, person))

    @precondition(lambda self: self.payment.refunds)
    @rule(pick=PICK, person=PEOPLE, is_approved=st.booleans())
    def decide(self, pick: int, person: str, is_approved: bool) -> None:
        refund = self._one(pick)
        approval = an_approval(person, "approved" if is_approved else "rejected", self.now)
        if is_approved:
            self._take(lambda: approve_refund(self.payment, refund.id, approval, WITHIN, self.now))
        else:
            self._take(lambda: reject_refund(self.payment, refund.id, approval, self.now))

    @precondition(lambda self: self.payment.refunds)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        self._take(lambda: cancel_refund(self.payment, self._one(pick).id, self.now, "usr_asker"))

    # --- workers and the network -----------------------------------------------------------------

    @precondition(lambda self: any(r.status is Status.PROCESSING for r in self.payment.refunds))
    @rule(pick=PICK, wanted=OUTCOMES, fate=st.sampled_from(["heard", "answer lost", "never sent", "delayed"]))
    def hint(self, pick: int, wanted: ResultKind, fate: str) -> None:
        ready = [r for r in self.payment.refunds if r.status is Status.PROCESSING]
        self._submit(ready[pick % len(ready)], wanted, fate)

    @precondition(lambda self: self.payment.earliest_due() is not None)
    @rule(wanted=OUTCOMES, fate=st.sampled_from(["heard", "answer lost", "never sent", "delayed", "died"]))
    def work_on_what_is_due(self, wanted: ResultKind, fate: str) -> None:
        self._work(wanted, fate)

    @precondition(lambda self: self.gateway.on_the_way)
    @rule(pick=PICK, wanted=OUTCOMES)
    def arrive_late(self, pick: int, wanted: ResultKind) -> None:
        reference, amount = self.gateway.on_the_way.pop(pick % len(self.gateway.on_the_way))
        self.gateway.submit(reference, amount, wanted)

    @precondition(lambda self: self.gateway.words)
    @rule(pick=PICK, has_reference=st.booleans())
    def deliver(self, pick: int, has_reference: bool) -> None:
        word = self.gateway.words[pick % len(self.gateway.words)]
        self._deliver(word if has_reference else replace(word, reference=""))

    # --- the gateway -----------------------------------------------------------------------------

    @precondition(lambda self: self.gateway.movements)
    @rule(pick=PICK, is_good=st.booleans())
    def end(self, pick: int, is_good: bool) -> None:
        keys = sorted(self.gateway.movements)
        key = keys[pick % len(keys)]
        state = self.gateway.movements[key].state
        if state is ResultKind.PENDING:
            self.gateway.end(key, ResultKind.SUCCEEDED if is_good else ResultKind.FAILED)
        elif state is ResultKind.SUCCEEDED and not is_good:
            self.gateway.end(key, ResultKind.FAILED)

    @rule(amount=st.integers(1, 50))
    def refund_in_dashboard(self, amount: int) -> None:
        self.gateway.refund_in_dashboard(amount)

    # --- what must hold --------------------------------------------------------------------------

    @invariant()
    def never_more_than_captured(self) -> None:
        payment = self.payment
        assert payment.reserved_amount >= 0
        assert payment.refunded_amount >= 0
        assert payment.reserved_amount + payment.refunded_amount <= payment.captured_amount

    @invariant()
    def amounts_are_the_sums_of_the_statuses(self) -> None:
        held = dict.fromkeys(Holding, 0)
        for refund in self.payment.refunds:
            held[HOLDING[refund.status]] += refund.amount
        assert self.payment.reserved_amount == held[Holding.RESERVED]
        assert self.payment.refunded_amount == held[Holding.REFUNDED]

    @invariant()
    def one_key_is_one_refund(self) -> None:
        keys = [refund.idempotency_key for refund in self.payment.refunds]
        assert len(keys) == len(set(keys))

    @invariant()
    def one_movement_is_one_refund(self) -> None:
        names = [
            attempt.gateway_refund_id
            for refund in self.payment.refunds
            for attempt in refund.attempts
            if HOLDING[refund.status] is Holding.REFUNDED and attempt.gateway_refund_id
        ]
        assert len(names) == len(set(names))

    @invariant()
    def the_ledger_says_what_the_payment_says(self) -> None:
        assert sum(self.ledger.values()) == -self.payment.refunded_amount

    @invariant()
    def every_refund_has_ended_or_waits_for_a_named_thing(self) -> None:
        for refund in self.payment.refunds:
            if refund.status in FINAL or refund.status in WAITS_FOR_PERSON:
                assert (refund.due_at, refund.due_for) == (None, None)
            else:
                assert refund.due_for is (Work.REVIEW if refund.status is Status.SUBMITTED else Work.GATEWAY)
                assert refund.due_at is not None

    @invariant()
    def nobody_approved_their_own_or_twice(self) -> None:
        for refund in self.payment.refunds:
            approvers = [approval.by for approval in refund.approvals]
            assert refund.created_by not in approvers
            assert len(approvers) == len(set(approvers))

    def teardown(self) -> None:
        """When all words have been heard and all due work is done, both books agree on every movement."""
        for reference, amount in self.gateway.on_the_way:
            self.gateway.submit(reference, amount, ResultKind.SUCCEEDED)
        for key, movement in sorted(self.gateway.movements.items()):
            if movement.state is ResultKind.PENDING:
                self.gateway.end(key, ResultKind.SUCCEEDED)
        for _ in range(ROUNDS_MAX):
            if self.payment.earliest_due() is None:
                break
            self._work(ResultKind.SUCCEEDED, "heard")
        for movement in 2 * list(self.gateway.movements.values()):  # what found no room comes again
            self._deliver(movement)
        self._old_words_change_nothing()

        assert all(r.status in FINAL or r.status in WAITS_FOR_PERSON for r in self.payment.refunds)
        told = sum(r.amount for r in self.payment.refunds if _is_contradicted(r))
        assert self.payment.refunded_amount + told + self._foreign() == self.gateway.taken_amount

    def _old_words_change_nothing(self) -> None:
        before = self.payment.reserved_amount, self.payment.refunded_amount
        for word in self.gateway.words:
            if word.reference:
                self._deliver(word)
            assert (self.payment.reserved_amount, self.payment.refunded_amount) == before

    def _foreign(self) -> int:
        """Dashboard refunds that found no room because people wait with reserved amounts."""
        known = {a.gateway_refund_id for r in self.payment.refunds for a in r.attempts}
        left = [m for m in self.gateway.movements.values() if not m.reference and m.name not in known]
        moved = sum(movement.amount for movement in left if movement.state is ResultKind.SUCCEEDED)
        assert moved == 0 or self.payment.refundable_amount < max(movement.amount for movement in left)
        return moved

    # --- steps -----------------------------------------------------------------------------------

    def _take(self, decide: Callable[[], Decision]) -> Decision | None:
        try:
            decision = decide()
        except RefundsError:
            return None
        for event in decision.payment.events:
            entry = entry_of(event, self.payment.id, self.payment.merchant_id, self.payment.currency)
            assert event.id not in self.ledger
            self.ledger[event.id] = entry.gateway_amount if entry is not None else 0
        self._check_events(self.payment, decision)
        self.payment = stored(decision)
        self._retell(decision)
        return decision

    def _check_events(self, before: Payment, decision: Decision) -> None:
        """A status changes only with an event that says so, and a repeat tells nothing."""
        was = {refund.id: refund.status for refund in before.refunds}
        is_changed = was.get(decision.refund.id) is not decision.payment.refund(decision.refund.id).status
        silent = EventType.REFUND_CONTRADICTED, EventType.REFUND_APPROVAL_GIVEN
        told = [event for event in decision.payment.events if event.type not in silent]
        assert bool(told) is (is_changed and not decision.replayed)
        if decision.replayed:
            assert decision.payment is before

    def _retell(self, decision: Decision) -> None:
        """The refund is what its own history tells, as verification holds it."""
        refund = self.payment.refund(decision.refund.id)
        history = self.histories.setdefault(refund.id, [])
        history += [event for event in decision.payment.events if event.refund_id == refund.id]
        walked = as_walked(replace(self.payment, refunds=(refund,)), self.histories)
        assert list(mistold(walked, walked.refunds[0], history)) == []
        assert list(misattributed(walked)) == []
        assert list(mistimed(walked, self.now)) == []

    def _one(self, pick: int) -> Refund:
        return self.payment.refunds[pick % len(self.payment.refunds)]

    def _work(self, wanted: ResultKind, fate: str) -> None:
        due = self.payment.earliest_due()
        assert due is not None
        self.now = max(self.now, due[0])
        refund = next(r for r in self.payment.refunds if (r.due_at, r.due_for) == due)
        if due[1] is Work.REVIEW:
            self._take(lambda: review_refund(self.payment, refund.id, AT_ONCE, self.now, "system"))
            return
        step = next_step(refund, AT_ONCE)
        begun = self._take(lambda: begin_try(self.payment, refund.id, AT_ONCE, self.now))
        assert begun is not None
        if fate == "died":
            return
        if step is Step.SUBMIT:
            self._submit(begun.refund, wanted, fate)
        elif fate == "heard":
            self._hear(begun.refund, self.gateway.ask(begun.refund.attempts[-1].id))
        else:
            self._hear(begun.refund, GatewayResult(kind=ResultKind.LOST))

    def _submit(self, refund: Refund, wanted: ResultKind, fate: str) -> None:
        reference = refund.attempts[-1].id
        if fate == "never sent":
            self._hear(refund, GatewayResult(kind=ResultKind.UNAVAILABLE, code="gateway_unavailable"))
        elif fate == "delayed":
            self.gateway.on_the_way.append((reference, refund.amount))
            self._hear(refund, GatewayResult(kind=ResultKind.LOST))
        else:
            answer = self.gateway.submit(reference, refund.amount, wanted)
            self._hear(refund, answer if fate == "heard" else GatewayResult(kind=ResultKind.LOST))

    def _hear(self, refund: Refund, result: GatewayResult) -> None:
        attempt_id = refund.attempts[-1].id
        decision = self._take(
            lambda: record_gateway_result(self.payment, attempt_id, result, AT_ONCE, self.now, GATEWAY)
        )
        assert decision is not None, "a word on an attempt of ours was not taken"

    def _deliver(self, word: Movement) -> None:
        if word.reference:
            self._hear(self._by_attempt(word.reference), result_of(word))
            return
        self.numbers += 1
        new_id = f"ref_adopted{self.numbers}"
        self._take(
            lambda: adopt_gateway_refund(self.payment, new_id, result_of(word), "EUR", AT_ONCE, self.now, GATEWAY)
        )

    def _by_attempt(self, attempt_id: str) -> Refund:
        return next(r for r in self.payment.refunds if any(a.id == attempt_id for a in r.attempts))


def _is_contradicted(refund: Refund) -> bool:
    is_told = refund.status_reason is not None and refund.status_reason.code == "contradicted"
    return refund.status is Status.FAILED and is_told


PaymentMachine.TestCase.settings = settings(
    max_examples=400,
    stateful_step_count=40,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestWhateverHappensToAPayment = PaymentMachine.TestCase
