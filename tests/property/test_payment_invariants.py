"""Whatever people and gateways do to a payment, in any order, twice and late, its amounts stay true.

Hypothesis plays the requesters, the approvers, the workers, the network and the gateway; the invariants hold after
every step, and when everything has been heard, our books equal the gateway's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.support.gateway.model_gateway import HELD, YEAR_9999, Habits, ModelGateway, Movement
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import GATEWAY, NOW, a_payment, a_request, an_approval, limits, shown, stored
from tests.support.payments.retelling import as_walked

from refunds.domain.attempt.external_refunds import id_at_gateway, record_external_refund
from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.reconciliation import Reconciliation, Resolution, is_in_doubt, reconcile_refund
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.attempt.submission import begin_step, is_first_submission_open
from refunds.domain.errors import RefundsError
from refunds.domain.ledger.ledger import entry_of
from refunds.domain.payment.attempt import Attempt, Step
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.payment import (
    CONTRADICTED,
    EXTERNAL_KEY_PREFIX,
    REFUNDED_AT_GATEWAY,
    Decision,
    Payment,
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
from refunds.domain.verification.actor_checks import actor_mismatches
from refunds.domain.verification.attempt_checks import attempt_mismatches
from refunds.domain.verification.history_replay import history_mismatches
from refunds.domain.verification.invariants import due_at_mismatches, route_mismatches
from refunds.domain.verification.longest_waits import longest_waits

CAPTURED = 100
FALSE_WORD_TIMES = st.sampled_from(["own", "ahead", "behind", "9999", "none"])
WITHIN = limits(auto_approval_below=whole(0), approvals_required=2, gateway_attempts_max=3, refunds_per_payment_max=12)
AT_ONCE = limits(gateway_attempts_max=3, refunds_per_payment_max=12)
PROFILE = GatewayProfile(key_lifetime_s=600)
LOST = GatewayResult(kind=ResultKind.UNKNOWN)
LOST_OTHERWISE = GatewayResult(kind=ResultKind.UNKNOWN, code="unknown_error")
ROUNDS_MAX = 600

AMOUNTS = st.one_of(st.none(), st.integers(1, 70))
PEOPLE = st.sampled_from(["usr_asker", "usr_a", "usr_b", "usr_c"])
KEYS = st.sampled_from([f"key-{number}" for number in range(8)])
OUTCOMES = st.sampled_from([ResultKind.SUCCEEDED, ResultKind.PENDING, ResultKind.REFUSED])
PICK = st.integers(0, 10**6)


HABITS = st.builds(
    Habits,
    tells_time=st.booleans(),
    clock=st.sampled_from([0, 0, 30, 3600, -3600, None]),
    keeps_refusals=st.booleans(),
    answers_with=st.sampled_from(["name", "name", "nothing", "another"]),
)
SUBMITTING = st.sampled_from(["heard", "answer lost", "answer late", "never sent", "delayed", "died"])
ASKING = st.sampled_from(["heard", "answer lost", "answer late", "not seen", "died"])


@dataclass(frozen=True)
class OnTheWay:
    """A submission that the gateway has not received yet; given up by both sides when the lease ends."""

    reference: str
    amount: int
    until: datetime


def _row(refund: Refund) -> tuple[object, ...]:
    """What lists show of a refund."""
    reason = refund.status_reason.code if refund.status_reason is not None else ""
    return refund.status, reason, refund.amount, refund.method, refund.reason.code, refund.updated_at


class PaymentMachine(RuleBasedStateMachine):
    """One payment, its gateway, and the events so far."""

    def __init__(self) -> None:
        super().__init__()
        self.payment = a_payment(CAPTURED)
        self.gateway = ModelGateway(captured_amount=CAPTURED, key_lifetime_s=PROFILE.key_lifetime_s)
        self.now = NOW
        self.ledger: dict[str, int] = {}
        self.bodies: dict[str, tuple[str, str]] = {}
        self.answers: dict[str, Refund] = {}
        self.histories: dict[str, list[Event]] = {}
        self.numbers = 0
        self.on_the_way: list[OnTheWay] = []
        self.late: list[tuple[str, GatewayResult]] = []
        self.acknowledged: set[str] = set()
        self.denied: set[str] = set()

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
    def hear_late(self, pick: int) -> None:
        self._hear(*self.late.pop(pick % len(self.late)))

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
        keys = sorted(self.gateway.movements)
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
        self._hear(refund.attempts[-1].id, GatewayResult(kind=kind, occurred_at=at[time]))

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
            self._hear(*late)
        for name, movement in sorted(self.gateway.movements.items()):
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
        self._check_ends(self.payment, decision)
        silent = 0 if decision.replayed or decision.payment.events else 1
        self.payment = replace(stored(decision), version=stored(decision).version + silent)
        self._repeat_result(decision)
        return decision

    def _check_events(self, before: Payment, decision: Decision) -> None:
        """Status, reason and all else that is listed change only with an event, and a repeat emits none."""
        rows = {refund.id: _row(refund) for refund in before.refunds}
        otherwise = {r.id for r in decision.payment.refunds if rows.get(r.id) != _row(r)}
        assert otherwise <= {event.refund_id for event in decision.payment.events}
        was = {refund.id: refund.status.value for refund in before.refunds}
        now = {refund.id: refund.status.value for refund in decision.payment.refunds}
        changed = {refund_id for refund_id, status in now.items() if was.get(refund_id) != status}
        told = {event.refund_id for event in decision.payment.events if event.from_status != event.status}
        assert told == changed
        silent = EventType.REFUND_CONTRADICTED, EventType.REFUND_APPROVAL_GIVEN, EventType.REFUND_TAKEN_UP
        assert all(event.type in silent for event in decision.payment.events if event.from_status == event.status)
        if decision.replayed:
            assert decision.payment is before

    def _check_ends(self, before: Payment, decision: Decision) -> None:
        """An amount is refundable again only if nothing moved or can move, unless the gateway denied its refund."""
        held = {
            refund.id
            for refund in before.refunds
            if RESERVATION_EFFECTS[refund.status] is not ReservationEffect.NOTHING
        }
        for refund in decision.payment.refunds:
            if refund.id not in held or RESERVATION_EFFECTS[refund.status] is not ReservationEffect.NOTHING:
                continue
            if refund.status_reason is not None and refund.status_reason.code == REFUNDED_AT_GATEWAY:
                assert refund.attempts == (), "one that may have been sent gave its amount up"
            for attempt in refund.attempts:
                is_on_the_way = any(o.reference == attempt.id and self.now < o.until for o in self.on_the_way)
                assert attempt.id in self.denied or not (self.gateway.moved_for(attempt.id) or is_on_the_way)

    def _repeat_result(self, decision: Decision) -> None:
        """The refund matches its history by the checks of verification."""
        for event in decision.payment.events:
            self.histories.setdefault(event.refund_id, []).append(event)
        told = dict.fromkeys((decision.refund.id, *(event.refund_id for event in decision.payment.events)))
        for refund_id in told:
            first = self.payment.refund(refund_id)
            others = (refund for refund in self.payment.refunds if refund is not first)
            walked = as_walked(replace(self.payment, refunds=(first, *others)), self.histories)
            assert list(history_mismatches(walked, walked.refunds[0], self.histories[refund_id])) == []
            assert list(route_mismatches(walked)) == []
            assert list(actor_mismatches(walked)) == []
            assert list(due_at_mismatches(walked, self.now, longest_waits([], ()))) == []
            assert list(attempt_mismatches(walked.refunds[0], self.histories[refund_id], self.now)) == []

    def _one(self, pick: int) -> Refund:
        return self.payment.refunds[pick % len(self.payment.refunds)]

    def _work(self, wanted: ResultKind, sending: str, asking: str) -> None:
        due = self.payment.earliest_due()
        assert due is not None
        self.now = max(self.now, due[0])
        refund = next(r for r in self.payment.refunds if (r.due_at, r.due_for) == due)
        if due[1] is Work.REVIEW:
            self._take(lambda: review_refund(self.payment, refund.id, AT_ONCE, self.now, "system"))
            return
        begun = self._take(lambda: begin_step(self.payment, refund.id, AT_ONCE, self.now, PROFILE))
        assert begun is not None
        if begun.step is Step.SUBMIT:
            self._submit(begun.refund, wanted, sending)
        else:
            self._ask(begun.refund, asking)

    def _submit(self, refund: Refund, wanted: ResultKind, fate: str) -> None:
        attempt = refund.attempts[-1]
        assert attempt.id not in self.acknowledged, "sent again after the gateway had acknowledged it"
        assert attempt.tries - attempt.unsent <= AT_ONCE.gateway_attempts_max, "sent beyond the budget"
        sent = {"source": Source.SUBMISSION, "submission": attempt.tries}
        if fate == "died":
            return
        if fate == "never sent":
            code = ("gateway_unavailable", "rate_limited")[attempt.tries % 2]
            away = GatewayResult(kind=ResultKind.UNAVAILABLE, code=code)
            self._hear(attempt.id, replace(away, **sent))  # type: ignore[arg-type]
            return
        answer = LOST
        if fate == "delayed":
            until = self.now + timedelta(seconds=AT_ONCE.gateway_lease_s)
            self.on_the_way.append(OnTheWay(attempt.id, refund.amount, until))
        else:
            answer = self.gateway.submit(attempt.id, refund.amount, wanted, self.now)
        self._answer(attempt.id, replace(answer, **sent), fate)  # type: ignore[arg-type]

    def _ask(self, refund: Refund, fate: str) -> None:
        attempt = refund.attempts[-1]
        if fate == "died":
            return
        said = self.gateway.ask(attempt.id, id_at_gateway(refund))
        if fate == "not seen":
            self.denied.add(attempt.id)
            said = GatewayResult(kind=ResultKind.NOT_FOUND)
        numbers = {"submission": attempt.tries, "question": attempt.asks}
        self._answer(attempt.id, replace(said, source=Source.QUERY, **numbers), fate)  # type: ignore[arg-type]

    def _answer(self, attempt_id: str, answer: GatewayResult, fate: str) -> None:
        if fate == "answer late":
            self.late.append((attempt_id, answer))
        elif fate in ("heard", "not seen", "delayed"):
            self._hear(attempt_id, answer)
        else:
            numbers = {"submission": answer.submission, "question": answer.question}
            lost = LOST_OTHERWISE if (answer.question or 0) % 2 else LOST
            self._hear(attempt_id, replace(lost, source=answer.source, **numbers))  # type: ignore[arg-type]

    def _hear(self, attempt_id: str, result: GatewayResult) -> None:
        if result.kind in (*HELD, ResultKind.FAILED) or result.gateway_refund_id:
            self.acknowledged.add(attempt_id)
        decision = self._take(
            lambda: record_gateway_result(self.payment, attempt_id, result, AT_ONCE, self.now, GATEWAY, PROFILE)
        )
        assert decision is not None, "a word on an attempt of ours was not taken"

    def _deliver(self, word: Movement) -> None:
        said = self.gateway.result_of(word)
        if word.reference:
            said = replace(said, kind=ResultKind.FAILED) if said.kind is ResultKind.REFUSED else said
            self._hear(word.reference, said)
            return
        self.numbers += 1
        new_id = f"ref_adopted{self.numbers}"
        self._take(lambda: record_external_refund(self.payment, new_id, said, "EUR", AT_ONCE, self.now, GATEWAY))


PaymentMachine.TestCase.settings = settings(
    max_examples=400,
    stateful_step_count=40,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestWhateverHappensToAPayment = PaymentMachine.TestCase
