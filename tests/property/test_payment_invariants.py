"""Whatever people and gateways do to a payment, in any order, twice and late, its amounts stay true.

Hypothesis plays the requesters, the approvers, the workers, the network and the gateway; the invariants hold after
every step, and when everything has been heard, our books equal the gateway's.
"""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from tests.property.payment_steps import (
    AMOUNTS,
    ASKING,
    AT_ONCE,
    FALSE_WORD_TIMES,
    HABITS,
    KEYS,
    OUTCOMES,
    PEOPLE,
    PICK,
    PROFILE,
    ROUNDS_MAX,
    SUBMITTING,
    WITHIN,
    PaymentSteps,
)
from tests.support.copies import replace
from tests.support.examples import examples
from tests.support.gateway.model_gateway import HELD, YEAR_9999, Habits
from tests.support.payments.payments import NOW, a_request, an_approval, shown

from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind
from refunds.domain.attempt.reconciliation import Reconciliation, Resolution, is_in_doubt, reconcile_refund
from refunds.domain.attempt.submission import is_first_submission_open
from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.payment import (
    CONTRADICTED,
    EXTERNAL_KEY_PREFIX,
    Refund,
    Work,
)
from refunds.domain.payment.states import FINAL, RESERVATION_EFFECTS, WAITS_FOR_PERSON, ReservationEffect, Status
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.lifecycle import (
    approve_refund,
    cancel_refund,
    reject_refund,
    request_refund,
    review_refund,
    submit_refund,
)
from refunds.domain.refund.status_explanation import explain


class PaymentMachine(PaymentSteps):
    """One payment, its gateway, and the events so far."""

    @initialize(habits=HABITS)
    def meet(self, habits: Habits) -> None:
        self.gateway.habits = habits

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

    @precondition(lambda self: self._doubted())
    @rule(pick=PICK, is_asked_again=st.booleans(), passed_s=st.sampled_from([0, 1, 700]))
    def reconcile(self, pick: int, is_asked_again: bool, passed_s: int) -> None:
        """A person has the gateway queried, or records what its books show, once no call is under way."""
        self.now += timedelta(seconds=passed_s)
        doubted = self._doubted()
        refund = doubted[pick % len(doubted)]
        resolution = self._shown_by_the_books(refund)
        if is_asked_again or resolution is None:
            resolution = Resolution.ASK_AGAIN
        order = Reconciliation(refund_id=refund.id, resolution=resolution, note="INC-7", by="usr_operator")
        self._take(lambda: reconcile_refund(self.payment, order, AT_ONCE, self.now, PROFILE))

    def _doubted(self) -> list[Refund]:
        return [refund for refund in self.payment.refunds if is_in_doubt(refund)]

    def _shown_by_the_books(self, refund: Refund) -> Resolution | None:
        """None while the movement is pending there, or an order or an answer is still on its way."""
        attempt_id = refund.attempts[-1].id
        awaited = [name for name, _ in self.late] + [order.reference for order in self.on_the_way]
        states = [m.state for m in self.gateway.movements.values() if attempt_id in (m.reference, m.name)]
        if attempt_id in awaited or ResultKind.PENDING in states:
            return None
        return Resolution.COMPLETED if self._moved(refund, refund.attempts[-1]) else Resolution.FAILED

    # --- workers and the network -----------------------------------------------------------------

    @precondition(lambda self: self._hintable())
    @rule(pick=PICK, wanted=OUTCOMES, fate=SUBMITTING)
    def hint(self, pick: int, wanted: ResultKind, fate: str) -> None:
        ready = self._hintable()
        self._submit(ready[pick % len(ready)], wanted, fate)

    def _hintable(self) -> list[Refund]:
        """A hint that comes twice comes after its first worker has died, not while that still waits for its answer."""
        awaited = {attempt_id for attempt_id, _ in self.late}
        ready = [r for r in self.payment.refunds if is_first_submission_open(r, self.now)]
        return [refund for refund in ready if refund.attempts[-1].id not in awaited]

    @precondition(lambda self: self.payment.earliest_due() is not None)
    @rule(wanted=OUTCOMES, sending=SUBMITTING, asking=ASKING)
    def work_on_what_is_due(self, wanted: ResultKind, sending: str, asking: str) -> None:
        self._work(wanted, sending, asking)

    @precondition(lambda self: self.on_the_way)
    @rule(pick=PICK, wanted=OUTCOMES)
    def arrive_late(self, pick: int, wanted: ResultKind) -> None:
        order = self.on_the_way.pop(pick % len(self.on_the_way))
        if self.now < order.until:
            self.gateway.submit(order.reference, order.amount, wanted, self.now)

    @precondition(lambda self: self.late)
    @rule(pick=PICK)
    def receive_late(self, pick: int) -> None:
        self._receive(*self.late.pop(pick % len(self.late)))

    @precondition(lambda self: self.gateway.words)
    @rule(pick=PICK, has_reference=st.booleans())
    def deliver(self, pick: int, has_reference: bool) -> None:
        word = self.gateway.words[pick % len(self.gateway.words)]
        self._deliver(word if has_reference else replace(word, reference=""))

    @rule(passed_s=st.sampled_from([1, 40, 300, 700, 90_000]))
    def wait(self, passed_s: int) -> None:
        self.now += timedelta(seconds=passed_s)

    # --- the gateway -----------------------------------------------------------------------------

    @precondition(lambda self: self.gateway.movements)
    @rule(pick=PICK, is_good=st.booleans())
    def end(self, pick: int, is_good: bool) -> None:
        keys = list(self.gateway.movements)
        key = keys[pick % len(keys)]
        state = self.gateway.movements[key].state
        if state is ResultKind.PENDING:
            self.gateway.end(key, ResultKind.SUCCEEDED if is_good else ResultKind.FAILED, self.now)
        elif state is ResultKind.SUCCEEDED and not is_good:
            self.gateway.end(key, ResultKind.FAILED, self.now)

    @rule(amount=st.integers(1, 50))
    def refund_in_dashboard(self, amount: int) -> None:
        self.gateway.refund_in_dashboard(amount, self.now)

    @precondition(lambda self: self._ended())
    @rule(pick=PICK, time=FALSE_WORD_TIMES)
    def report_the_opposite(self, pick: int, time: str) -> None:
        """A webhook about a final refund has a wrong or outdated result, with any time."""
        ended = self._ended()
        refund = ended[pick % len(ended)]
        kind = ResultKind.FAILED if refund.status is Status.COMPLETED else ResultKind.SUCCEEDED
        at = {"own": self.now, "ahead": self.now + timedelta(hours=1), "behind": NOW, "9999": YEAR_9999, "none": None}
        self._receive(refund.attempts[-1].id, GatewayResult(kind=kind, occurred_at=at[time]))

    def _ended(self) -> list[Refund]:
        """Refunds of ours that the gateway knows and that have ended there."""
        known = {m.reference for m in self.gateway.movements.values() if m.state is not ResultKind.PENDING}
        return [r for r in self.payment.refunds if r.status in FINAL and r.attempts and r.attempts[-1].id in known]

    # --- what must hold --------------------------------------------------------------------------

    @invariant()
    def never_more_than_captured(self) -> None:
        payment = self.payment
        assert payment.reserved_amount >= 0
        assert payment.refunded_amount >= 0
        assert payment.reserved_amount + payment.refunded_amount <= payment.captured_amount

    @invariant()
    def amounts_are_the_sums_of_the_statuses(self) -> None:
        held = dict.fromkeys(ReservationEffect, 0)
        for refund in self.payment.refunds:
            held[RESERVATION_EFFECTS[refund.status]] += refund.amount
        assert self.payment.reserved_amount == held[ReservationEffect.RESERVED]
        assert self.payment.refunded_amount == held[ReservationEffect.REFUNDED]

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
            if RESERVATION_EFFECTS[refund.status] is ReservationEffect.REFUNDED and attempt.gateway_refund_id
        ]
        assert len(names) == len(set(names))

    @invariant()
    def the_ledger_equals_the_payment(self) -> None:
        assert sum(self.ledger.values()) == -self.payment.refunded_amount

    @invariant()
    def every_refund_has_ended_or_waits_for_a_named_thing(self) -> None:
        for refund in self.payment.refunds:
            is_asked = any(attempt.is_in_question for attempt in refund.attempts)
            if (refund.status in FINAL or refund.status in WAITS_FOR_PERSON) and not is_asked:
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

    @invariant()
    def no_movement_is_counted_twice(self) -> None:
        """As made at the gateway, and as ours. Of a gateway with other names, the two are merged later."""
        holding = {
            a.id
            for r in self.payment.refunds
            if RESERVATION_EFFECTS[r.status] is not ReservationEffect.NOTHING
            for a in r.attempts
        }
        for refund in self.payment.refunds:
            if refund.idempotency_key.startswith(EXTERNAL_KEY_PREFIX) and refund.status is Status.COMPLETED:
                movement = self.gateway.movements[refund.attempts[-1].gateway_refund_id]
                assert movement.reference not in holding or self.gateway.habits.answers_with != "name"

    @invariant()
    def no_reference_moved_money_twice(self) -> None:
        for refund in self.payment.refunds:
            for attempt in refund.attempts:
                assert self.gateway.moved_for(attempt.id) in (0, refund.amount)

    def teardown(self) -> None:
        """After the faults, when every call is answered, both books agree on every movement."""
        for late in self.late:
            self._receive(*late)
        for name, movement in list(self.gateway.movements.items()):
            if movement.state is ResultKind.PENDING:
                self.gateway.end(name, ResultKind.SUCCEEDED, self.now)
        self._work_to_the_end()
        for _ in range(3):  # what found no room, or may have been one of ours, comes again
            for movement in list(self.gateway.movements.values()):
                self._deliver(movement)
            self._work_to_the_end()

        self._old_results_change_nothing()
        for refund in self.payment.refunds:
            assert refund.status in FINAL or refund.status in WAITS_FOR_PERSON
            self._agrees(refund)
        self._foreign_movements_are_in_the_books_or_found_no_room()

    def _work_to_the_end(self) -> None:
        for _ in range(ROUNDS_MAX):
            if self.payment.earliest_due() is None:
                return
            self._work(ResultKind.SUCCEEDED, "heard", "heard")
        raise AssertionError("work without end")

    def _agrees(self, refund: Refund) -> None:
        """Ours and the gateway's amount of one refund, unless it visibly waits for a person."""
        if refund.status_reason is not None and refund.status_reason.code == CONTRADICTED:
            assert explain(self.payment, refund, AT_ONCE, self.now).waits_for is WaitsFor.OPERATOR
            return
        ours = refund.amount if RESERVATION_EFFECTS[refund.status] is ReservationEffect.REFUNDED else 0
        assert ours == sum(self._moved(refund, attempt) for attempt in refund.attempts)

    def _moved(self, refund: Refund, attempt: Attempt) -> int:
        if refund.idempotency_key.startswith(EXTERNAL_KEY_PREFIX):
            found = self.gateway.movements.get(attempt.gateway_refund_id)
            return found.amount if found is not None and found.state in HELD else 0
        return self.gateway.moved_for(attempt.id)

    def _old_results_change_nothing(self) -> None:
        before = self.payment.reserved_amount, self.payment.refunded_amount
        for word in self.gateway.words:
            if word.reference:
                self._deliver(word)
                self._work_to_the_end()
            assert (self.payment.reserved_amount, self.payment.refunded_amount) == before

    def _foreign_movements_are_in_the_books_or_found_no_room(self) -> None:
        """What waits for people gives way to a dashboard refund; only what others have moved does not."""
        known = {a.gateway_refund_id for r in self.payment.refunds for a in r.attempts}
        left = [m for m in self.gateway.movements.values() if not m.reference and m.name not in known]
        moved = [movement for movement in left if movement.state is ResultKind.SUCCEEDED]
        left_amount = self.payment.captured_amount - self.payment.refunded_amount
        assert all(left_amount < movement.amount for movement in moved)

    # --- steps -----------------------------------------------------------------------------------


PaymentMachine.TestCase.settings = settings(
    max_examples=examples(400),
    stateful_step_count=40,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestWhateverHappensToAPayment = PaymentMachine.TestCase
