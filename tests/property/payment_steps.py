"""The steps of people, workers, network and gateway on one payment, each checked as it is done.

`tests/property/test_payment_invariants.py` has the rules by which Hypothesis orders them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from tests.support.copies import replace
from tests.support.gateway.model_gateway import HELD, Habits, ModelGateway, Movement
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import GATEWAY, NOW, a_payment, limits, stored
from tests.support.payments.retelling import as_scanned

from refunds.domain.attempt.external_refunds import (
    check_never_found,
    id_at_gateway,
    never_found,
    record_external_refund,
)
from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.attempt.submission import begin_step
from refunds.domain.errors import RefundsError, RefundStillOpen
from refunds.domain.ledger.ledger import entry_of
from refunds.domain.payment.attempt import GatewayStep
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.payment import (
    REFUNDED_AT_GATEWAY,
    Decision,
    Payment,
    Refund,
    Work,
)
from refunds.domain.payment.states import RESERVATION_EFFECTS, ReservationEffect
from refunds.domain.refund.lifecycle import (
    review_refund,
)
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


class PaymentSteps(RuleBasedStateMachine):
    """One payment, its gateway, and what happened to them so far."""

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
        """An amount is refundable again only if nothing moved or can move, unless the gateway denied its refund.

        An order on its way can move nothing while the gateway knows its key: it only repeats what became of the first.
        """
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
                waiting = [o for o in self.on_the_way if o.reference == attempt.id and self.now < o.until]
                is_on_the_way = any(not self.gateway.knows(attempt.id, o.until) for o in waiting)
                assert attempt.id in self.denied or not (self.gateway.moved_for(attempt.id) or is_on_the_way)

    def _repeat_result(self, decision: Decision) -> None:
        """The refund matches its history by the checks of verification."""
        for event in decision.payment.events:
            self.histories.setdefault(event.refund_id, []).append(event)
        told = dict.fromkeys((decision.refund.id, *(event.refund_id for event in decision.payment.events)))
        for refund_id in told:
            first = self.payment.refund(refund_id)
            others = (refund for refund in self.payment.refunds if refund is not first)
            walked = as_scanned(replace(self.payment, refunds=(first, *others)), self.histories)
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
        if begun.step is GatewayStep.SUBMIT:
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
            self._receive(attempt.id, replace(away, **sent))  # type: ignore[arg-type]
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
        said = self.gateway.query_status(attempt.id, id_at_gateway(refund))
        if fate == "not seen":
            self.denied.add(attempt.id)
            said = GatewayResult(kind=ResultKind.NOT_FOUND)
        numbers = {"submission": attempt.tries, "question": attempt.asks}
        self._answer(attempt.id, replace(said, source=Source.QUERY, **numbers), fate)  # type: ignore[arg-type]

    def _answer(self, attempt_id: str, answer: GatewayResult, fate: str) -> None:
        if fate == "answer late":
            self.late.append((attempt_id, answer))
        elif fate in ("heard", "not seen", "delayed"):
            self._receive(attempt_id, answer)
        else:
            numbers = {"submission": answer.submission, "question": answer.question}
            lost = LOST_OTHERWISE if (answer.question or 0) % 2 else LOST
            self._receive(attempt_id, replace(lost, source=answer.source, **numbers))  # type: ignore[arg-type]

    def _receive(self, attempt_id: str, result: GatewayResult) -> None:
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
            self._receive(word.reference, said)
            return
        try:
            check_never_found(self.payment, said)
        except RefundStillOpen:  # the webhook is stored, and the gateway is asked before it is tried again
            for refund in list(never_found(self.payment, said.amount)):
                self._ask(refund, "heard")
        self.numbers += 1
        new_id = f"ref_adopted{self.numbers}"
        self._take(lambda: record_external_refund(self.payment, new_id, said, "EUR", AT_ONCE, self.now, GATEWAY))
