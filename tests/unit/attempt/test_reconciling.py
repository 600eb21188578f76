"""A person's decision changes a refund in doubt as the gateway's answer could, by the table, and no further."""

from collections.abc import Callable
from datetime import datetime

import pytest
from tests.support.payments.payments import LIMITS, NOW, a_payment, answered, asked, seconds, stored, with_result

from refunds.domain.attempt.conflicting_results import CONTRADICTIONS_MAX
from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.attempt.reconciliation import RECONCILED, Reconciliation, Resolution, reconcile_refund
from refunds.domain.attempt.submission import begin_step
from refunds.domain.errors import AmountExceedsRefundable, RefundNotFound, RefundNotInDoubt
from refunds.domain.payment.attempt import GatewayStep
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import CONTRADICTED, Decision, Payment, Refund, Work
from refunds.domain.payment.states import FINAL, RESERVATION_EFFECTS, Fact, ReservationEffect, Status, next_status
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.status_explanation import explain
from refunds.texts.explanation_texts import next_of

Situation = tuple[Payment, Refund]
AMOUNT = 60
LATER = NOW + seconds(60)
PERSON, NOTE = "usr_operator", "INC-7"

FACTS = {Resolution.COMPLETED: Fact.GATEWAY_SUCCEEDED, Resolution.FAILED: Fact.GATEWAY_FAILED}


def failed() -> Situation:
    """Ended by its gateway's own result."""
    return with_result(*asked(a_payment()), ResultKind.FAILED, code="account_closed")


def completed() -> Situation:
    return with_result(*asked(a_payment()), ResultKind.SUCCEEDED)


def reversed_() -> Situation:
    return answered(*with_result(*completed(), ResultKind.FAILED), ResultKind.FAILED, code="account_closed")


def asked_after_failure() -> Situation:
    return with_result(*failed(), ResultKind.SUCCEEDED)


def asked_after_reversal() -> Situation:
    return with_result(*reversed_(), ResultKind.SUCCEEDED)


def asked_after_success() -> Situation:
    return with_result(*completed(), ResultKind.FAILED)


def missing() -> Situation:
    payment, refund = with_result(*asked(a_payment()), ResultKind.PENDING, gateway_refund_id="gr_1")
    return answered(payment, refund, ResultKind.NOT_FOUND)


def missing_and_asked() -> Situation:
    return answered(*asked_after_success(), ResultKind.NOT_FOUND)


def without_room(others_amount: int = 100) -> Situation:
    """The gateway confirmed a success after a failure while another refund had taken the amount."""
    payment, refund = failed()
    payment, _ = asked(payment, others_amount)
    return answered(*with_result(payment, refund, ResultKind.SUCCEEDED), ResultKind.SUCCEEDED)


def asked_without_room() -> Situation:
    payment, refund = failed()
    payment, _ = asked(payment, 100)
    return with_result(payment, refund, ResultKind.SUCCEEDED)


def room_came_back() -> Situation:
    payment, refund = without_room()
    payment, _ = with_result(payment, payment.refunds[-1], ResultKind.REFUSED)
    return payment, payment.refund(refund.id)


def given_up(answer: ResultKind) -> Situation:
    """The gateway contradicted itself so often that it is not queried any more."""
    payment, refund = failed()
    for _ in range(CONTRADICTIONS_MAX + 1):
        opposite = ResultKind.FAILED if refund.status is Status.COMPLETED else ResultKind.SUCCEEDED
        payment, refund = with_result(payment, refund, opposite)
        if refund.attempts[-1].is_in_question:
            payment, refund = answered(payment, refund, answer)
    return payment, refund


def given_up_failed() -> Situation:
    return given_up(ResultKind.FAILED)


def given_up_completed() -> Situation:
    return given_up(ResultKind.SUCCEEDED)


def given_up_reversed() -> Situation:
    payment, refund = ordered(*given_up_completed(), Resolution.FAILED)
    for _ in range(CONTRADICTIONS_MAX + 1):
        payment, refund = with_result(payment, refund, ResultKind.SUCCEEDED)
        if refund.attempts[-1].is_in_question:
            payment, refund = answered(payment, refund, ResultKind.FAILED)
    return payment, refund


DOUBTED: dict[str, Callable[[], Situation]] = {
    make.__name__: make
    for make in (
        asked_after_failure,
        asked_after_reversal,
        asked_after_success,
        missing,
        missing_and_asked,
        room_came_back,
        given_up_failed,
        given_up_completed,
        given_up_reversed,
    )
}
LEFT_TO_A_PERSON = [room_came_back, without_room, given_up_failed, given_up_completed, given_up_reversed]


def decided(
    payment: Payment, refund: Refund, resolution: Resolution, at: datetime = LATER, note: str = NOTE
) -> Decision:
    order = Reconciliation(refund_id=refund.id, resolution=resolution, note=note, by=PERSON)
    return reconcile_refund(payment, order, LIMITS, at)


def ordered(payment: Payment, refund: Refund, resolution: Resolution) -> Situation:
    decision = decided(payment, refund, resolution)
    return stored(decision), decision.refund


@pytest.mark.parametrize("name", sorted(DOUBTED))
@pytest.mark.parametrize("resolution", sorted(FACTS))
def test_a_persons_decision_leads_to_the_same_status_as_the_gateways_result(name: str, resolution: Resolution) -> None:
    payment, refund = DOUBTED[name]()
    wanted = next_status(refund.status, FACTS[resolution])
    others = {
        holding: held - (AMOUNT if RESERVATION_EFFECTS[refund.status] is holding else 0)
        for holding, held in (
            (ReservationEffect.RESERVED, payment.reserved_amount),
            (ReservationEffect.REFUNDED, payment.refunded_amount),
        )
    }

    decision = decided(payment, refund, resolution)

    after = decision.refund
    assert after.status is wanted
    assert decision.payment.reserved_amount == others[ReservationEffect.RESERVED]
    assert decision.payment.refunded_amount == others[ReservationEffect.REFUNDED] + AMOUNT * (
        wanted is Status.COMPLETED
    )
    assert (after.due_at, after.due_for, after.attempts[-1].is_in_question) == (None, None, False)
    assert after.attempts[-1].doubts.missing_since is None
    assert not decision.replayed
    assert explain(decision.payment, after, LIMITS, LATER).waits_for is WaitsFor.NOTHING


@pytest.mark.parametrize("name", sorted(DOUBTED))
@pytest.mark.parametrize("resolution", sorted(FACTS))
def test_events_have_who_decided_with_which_note_and_the_outcome(name: str, resolution: Resolution) -> None:
    payment, refund = DOUBTED[name]()

    decision = decided(payment, refund, resolution)

    first, *more = decision.payment.events
    assert (first.type, first.actor, first.code, first.from_status, first.status) == (
        EventType.REFUND_TAKEN_UP,
        PERSON,
        NOTE,
        refund.status,
        refund.status,
    )
    assert {event.actor for event in more} <= {PERSON}
    assert decision.refund.status is refund.status or [event.status for event in more] == [decision.refund.status]
    code = decision.refund.status_reason.code if decision.refund.status_reason else ""
    assert code in ("", RECONCILED)
    assert len({event.id for event in decision.payment.events}) == len(decision.payment.events)


@pytest.mark.parametrize("make", [without_room, asked_without_room])
def test_success_that_has_no_room_is_refused_and_changes_nothing(make: Callable[[], Situation]) -> None:
    payment, refund = make()

    with pytest.raises(AmountExceedsRefundable):
        decided(payment, refund, Resolution.COMPLETED)

    after = decided(payment, refund, Resolution.FAILED)
    assert (after.refund.status, after.payment.reserved_amount) == (Status.FAILED, 100)
    assert explain(after.payment, after.refund, LIMITS, LATER).waits_for is WaitsFor.NOTHING


def test_success_is_counted_where_just_enough_room_is_left_and_not_where_one_unit_lacks() -> None:
    enough, lacking = without_room(41), without_room(41)
    payment, other = enough[0], enough[0].refunds[-1]
    payment, _ = with_result(payment, other, ResultKind.REFUSED)
    payment, _ = asked(payment, 40)

    decision = decided(payment, payment.refund(enough[1].id), Resolution.COMPLETED)

    assert (decision.payment.refundable_amount, decision.refund.status) == (0, Status.COMPLETED)
    with pytest.raises(AmountExceedsRefundable):
        decided(*lacking, Resolution.COMPLETED)


@pytest.mark.parametrize("name", sorted(DOUBTED))
def test_gateway_is_asked_once_more_at_once_and_its_answer_decides(name: str) -> None:
    payment, refund = DOUBTED[name]()

    payment, again = ordered(payment, refund, Resolution.ASK_AGAIN)
    begun = begin_step(payment, refund.id, LIMITS, LATER)
    _, after = answered(begun.payment, begun.refund, ResultKind.FAILED, LATER)

    assert (again.status, again.due_for) == (refund.status, Work.GATEWAY)
    assert again.due_at is not None
    assert again.due_at <= LATER
    assert begun.step is GatewayStep.QUERY
    assert after.status is next_status(refund.status, Fact.GATEWAY_FAILED)
    assert (after.due_at, after.attempts[-1].is_in_question) == (None, False)
    assert begin_step(payment, refund.id, LIMITS, LATER).refund.attempts[-1].tries == refund.attempts[-1].tries


@pytest.mark.parametrize("make", LEFT_TO_A_PERSON)
def test_order_to_ask_again_holds_the_amount_as_it_was_and_comes_once(make: Callable[[], Situation]) -> None:
    payment, refund = make()

    decision = decided(payment, refund, Resolution.ASK_AGAIN)
    again = decided(stored(decision), decision.refund, Resolution.ASK_AGAIN)

    held = (payment.reserved_amount, payment.refunded_amount)
    assert (decision.payment.reserved_amount, decision.payment.refunded_amount) == held
    assert [event.type for event in decision.payment.events] == [EventType.REFUND_TAKEN_UP]
    assert decision.refund.attempts[-1].doubts.contradictions == refund.attempts[-1].doubts.contradictions
    assert explain(decision.payment, decision.refund, LIMITS, LATER).waits_for is WaitsFor.GATEWAY
    assert (again.replayed, again.payment.events) == (True, ())


def test_success_confirmed_after_an_order_leaves_no_contradiction_behind() -> None:
    payment, refund = ordered(*given_up_completed(), Resolution.ASK_AGAIN)

    payment, refund = answered(payment, refund, ResultKind.SUCCEEDED, LATER)

    assert (refund.status, refund.status_reason, payment.refunded_amount) == (Status.COMPLETED, None, AMOUNT)


@pytest.mark.parametrize("resolution", sorted(FACTS))
def test_same_decision_once_more_is_a_repeat_and_the_opposite_one_is_refused(resolution: Resolution) -> None:
    payment, refund = ordered(*asked_after_failure(), resolution)
    (opposite,) = FACTS.keys() - {resolution}

    repeat = decided(payment, refund, resolution)

    assert (repeat.replayed, repeat.payment) == (True, payment)
    for other in (opposite, Resolution.ASK_AGAIN):
        with pytest.raises(RefundNotInDoubt):
            decided(payment, refund, other)


def canceled_or_under_way() -> list[Situation]:
    """Refunds that a gateway has left nothing open about: fresh, pending, merely unknown."""
    return [
        asked(a_payment()),
        asked(a_payment(), is_submitted=False),
        with_result(*asked(a_payment()), ResultKind.PENDING),
        with_result(*asked(a_payment()), ResultKind.UNKNOWN),
        with_result(*asked(a_payment()), ResultKind.UNAVAILABLE),
    ]


@pytest.mark.parametrize("resolution", sorted(Resolution))
def test_refund_under_way_and_not_in_doubt_takes_no_decision_of_a_person(resolution: Resolution) -> None:
    for payment, refund in canceled_or_under_way():
        assert refund.status not in FINAL

        with pytest.raises(RefundNotInDoubt):
            decided(payment, refund, resolution)


def test_refund_that_is_not_there_is_not_found() -> None:
    _, refund = asked_after_failure()

    with pytest.raises(RefundNotFound):
        decided(a_payment(), refund, Resolution.FAILED)


@pytest.mark.parametrize("resolution", sorted(FACTS))
def test_later_result_that_contradicts_the_person_is_recorded(resolution: Resolution) -> None:
    payment, refund = ordered(*asked_after_failure(), resolution)
    kind = ResultKind.FAILED if resolution is Resolution.COMPLETED else ResultKind.SUCCEEDED

    payment, refund = with_result(payment, refund, kind, LATER)

    assert refund.attempts[-1].is_in_question
    assert refund.due_at == LATER
    assert payment.reserved_amount + payment.refunded_amount == AMOUNT


@pytest.mark.parametrize("resolution", sorted(FACTS))
def test_later_result_is_asked_about_although_an_earlier_wrong_one_was_ahead_of_its_time(
    resolution: Resolution,
) -> None:
    """The gateway's clock is an hour behind but for one wrong result; a person decides by its books."""
    kind = ResultKind.FAILED if resolution is Resolution.COMPLETED else ResultKind.SUCCEEDED
    payment, refund = given_up_completed()
    payment, refund = with_result(payment, refund, ResultKind.FAILED, occurred_at=NOW)
    payment, refund = ordered(*ordered(payment, refund, Resolution.ASK_AGAIN), resolution)

    payment, refund = with_result(payment, refund, kind, LATER, occurred_at=LATER - seconds(3600))
    asked_at, status = refund.due_at, refund.status
    payment, refund = answered(payment, refund, kind, LATER, occurred_at=LATER - seconds(3600))

    assert (asked_at, status is Status.COMPLETED) == (LATER, resolution is Resolution.COMPLETED)
    assert (refund.status is Status.COMPLETED) == (kind is ResultKind.SUCCEEDED)
    assert payment.refunded_amount == (AMOUNT if kind is ResultKind.SUCCEEDED else 0)


@pytest.mark.parametrize("make", [*LEFT_TO_A_PERSON, missing])
def test_why_of_a_refund_that_waits_for_a_person_names_reconcile(make: Callable[[], Situation]) -> None:
    payment, refund = make()

    why = explain(payment, refund, LIMITS, LATER)

    assert why.waits_for is WaitsFor.OPERATOR
    assert "`reconcile`" in next_of(why)
    assert refund.status_reason is None or refund.status_reason.code in (CONTRADICTED, "")
