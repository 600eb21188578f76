"""Whatever is requested, canceled and failed, no day and no week of a payment exceeds its limit."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.support.examples import examples
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import GATEWAY, NOW, a_request, a_result, an_approval, limits, paid_by, stored

from refunds.domain.attempt.result_recording import ResultKind, record_gateway_result
from refunds.domain.eligibility.velocity_limits import DAY, WEEK, ExceededLimit, exceeded_limit
from refunds.domain.errors import RefundsError
from refunds.domain.payment.payment import Decision, MethodType, Refund
from refunds.domain.payment.states import RESERVATION_EFFECTS, ReservationEffect, Status
from refunds.domain.refund.lifecycle import (
    approve_refund,
    cancel_refund,
    reject_refund,
    request_refund,
    review_refund,
    submit_refund,
)

DAILY, WEEKLY = 100, 150
MS = timedelta(milliseconds=1)
AT_ONCE = limits(debit_card_daily_max=whole(DAILY), refund_weekly_max=whole(WEEKLY), auto_approval_below=whole(10**9))
BY_PEOPLE = limits(debit_card_daily_max=whole(DAILY), refund_weekly_max=whole(WEEKLY), auto_approval_below=whole(0))
PICK = st.integers(0, 10**6)
WAITS = st.one_of(
    st.integers(-5, 5).map(lambda ms: timedelta(milliseconds=ms)),
    st.integers(1, 30).map(lambda hours: timedelta(hours=hours)),
    st.sampled_from([DAY, DAY, DAY, WEEK, DAY - timedelta(milliseconds=1)]),
)
LATE = [ResultKind.SUCCEEDED, ResultKind.PENDING, ResultKind.REFUSED, ResultKind.FAILED, ResultKind.UNKNOWN]


class PeriodMachine(RuleBasedStateMachine):
    """One payment by debit card; the clocks of several processes differ by a few milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.payment = paid_by(MethodType.DEBIT_CARD, 10**6)
        self.now = NOW
        self.handed_in: dict[str, datetime] = {}

    @rule(amount=st.integers(1, 110), cents=st.integers(0, 1), by_people=st.booleans(), is_submitted=st.booleans())
    def ask(self, amount: int, cents: int, by_people: bool, is_submitted: bool) -> None:
        command = a_request(amount * 100 + cents, payment=self.payment, is_submitted=is_submitted)
        self._take(lambda: request_refund(self.payment, command, BY_PEOPLE if by_people else AT_ONCE, self.now))

    @rule(amount=st.integers(1, 100))
    def ask_for_a_later_review(self, amount: int) -> None:
        command = a_request(amount * 100, payment=self.payment, is_reviewed_now=False)
        self._take(lambda: request_refund(self.payment, command, AT_ONCE, self.now))

    @precondition(lambda self: self.payment.refunds)
    @rule(pick=PICK, by_people=st.booleans())
    def hand_in_or_review(self, pick: int, by_people: bool) -> None:
        refund, within = self._one(pick), BY_PEOPLE if by_people else AT_ONCE
        if refund.status is Status.SUBMITTED:
            reviewed = self._take(lambda: review_refund(self.payment, refund.id, within, self.now, "system"))
            assert reviewed is not None, "what was let in is let through while the limits stay"
            assert reviewed.refund.status is not Status.VALIDATION_FAILED
        else:
            self._take(lambda: submit_refund(self.payment, refund.id, within, self.now, "usr_asker"))

    @precondition(lambda self: self.payment.refunds)
    @rule(pick=PICK, is_approved=st.booleans())
    def decide(self, pick: int, is_approved: bool) -> None:
        refund = self._one(pick)
        approval = an_approval("usr_a", "approved" if is_approved else "rejected", self.now)
        if not is_approved:
            self._take(lambda: reject_refund(self.payment, refund.id, approval, self.now))
        elif refund.status is Status.PENDING_APPROVAL:
            decision = approve_refund(self.payment, refund.id, approval, BY_PEOPLE, self.now)
            self.payment = stored(decision)

    @precondition(lambda self: self.payment.refunds)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        self._take(lambda: cancel_refund(self.payment, self._one(pick).id, self.now, "usr_asker"))

    @precondition(lambda self: self.payment.refunds)
    @rule(pick=PICK, kind=st.sampled_from(LATE))
    def receive(self, pick: int, kind: ResultKind) -> None:
        """But for one that the gateway has after a failure: what moves is written down, whatever the limit (0018)."""
        refund = self._one(pick)
        is_there_after_all = refund.status is Status.FAILED and kind in (ResultKind.SUCCEEDED, ResultKind.PENDING)
        if refund.attempts and not is_there_after_all:
            word = a_result(kind, gateway_refund_id=f"gr_{refund.id}")
            attempt_id = refund.attempts[-1].id
            self._take(lambda: record_gateway_result(self.payment, attempt_id, word, AT_ONCE, self.now, GATEWAY))

    @rule(wait=WAITS)
    def let_pass(self, wait: timedelta) -> None:
        self.now += wait

    @rule(amount=st.integers(1, 11_000))
    def room_comes_at_the_stated_moment_and_not_before(self, amount: int) -> None:
        found = self._excess(amount)
        if found is not None and found.room_at is not None:
            assert found.room_at > self.now
            assert exceeded_limit(self.payment, "", amount, AT_ONCE, found.room_at - MS) is not None
            assert exceeded_limit(self.payment, "", amount, AT_ONCE, found.room_at) is None

    @invariant()
    def no_span_holds_more_than_its_limit(self) -> None:
        counted = [
            (self.handed_in[r.id], r.amount)
            for r in self.payment.refunds
            if RESERVATION_EFFECTS[r.status] is not ReservationEffect.NOTHING
        ]
        for begins, _ in counted:
            for span, most in ((DAY, DAILY), (WEEK, WEEKLY)):
                assert sum(amount for at, amount in counted if begins <= at < begins + span) <= most * 100

    def _excess(self, amount: int) -> ExceededLimit | None:
        return exceeded_limit(self.payment, "", amount, AT_ONCE, self.now)

    def _one(self, pick: int) -> Refund:
        return self.payment.refunds[pick % len(self.payment.refunds)]

    def _take(self, decide: Callable[[], Decision]) -> Decision | None:
        try:
            decision = decide()
        except RefundsError:
            return None
        self.payment = stored(decision)
        if decision.refund.status is not Status.DRAFT:
            self.handed_in.setdefault(decision.refund.id, self.now)
        return decision


PeriodMachine.TestCase.settings = settings(
    max_examples=examples(200), stateful_step_count=30, deadline=timedelta(seconds=5)
)
TestNoPeriodHoldsMoreThanItsLimit = PeriodMachine.TestCase
