"""Results that contradict earlier ones: nothing is sent or refunded twice, and the last result alone never decides."""

import pytest
from tests.support.payments.payments import (
    LIMITS,
    NOW,
    a_payment,
    a_request,
    answered,
    asked,
    stored,
    with_result,
)
from tests.unit.attempt.results.conflicting_steps import (
    DAY_S,
    EARLIER,
    FAILURES,
    LATER,
    begun,
    ended,
    is_reserved,
    texts_of,
)

from refunds.domain.attempt.conflicting_results import CONTRADICTIONS_MAX
from refunds.domain.attempt.gateway_result import ResultKind, Source
from refunds.domain.errors import AmountExceedsRefundable
from refunds.domain.payment.attempt import GatewayStep
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import CONTRADICTED, Payment, Refund, Work
from refunds.domain.payment.states import Status
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.refund.status_explanation import explain


@pytest.mark.parametrize("by", sorted(FAILURES))
def test_success_after_failure_is_an_event_reserves_the_amount_and_is_asked_about_at_once(by: str) -> None:
    payment, refund = ended(by)

    decision = texts_of(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1")

    assert is_reserved(decision.payment)
    assert (decision.refund.due_at, decision.refund.due_for) == (NOW, Work.GATEWAY)
    assert [event.type for event in decision.payment.events] == [EventType.REFUND_CONTRADICTED]
    assert begun(stored(decision), decision.refund)[2] is GatewayStep.QUERY
    with pytest.raises(AmountExceedsRefundable):
        request_refund(stored(decision), a_request(100), LIMITS, NOW)


@pytest.mark.parametrize("by", sorted(FAILURES))
@pytest.mark.parametrize(
    ("answer", "status"), [(ResultKind.SUCCEEDED, Status.COMPLETED), (ResultKind.FAILED, Status.FAILED)]
)
def test_answer_to_the_question_decides(by: str, answer: ResultKind, status: Status) -> None:
    payment, refund = with_result(*ended(by), ResultKind.SUCCEEDED)

    payment, refund = answered(payment, refund, answer)

    assert (refund.status, refund.due_at) == (status, None)
    assert payment.refunded_amount == (60 if status is Status.COMPLETED else 0)


@pytest.mark.parametrize("kind", sorted(frozenset(ResultKind) - {ResultKind.NOT_FOUND}))
def test_while_it_is_asked_which_holds_no_webhook_and_no_late_answer_decides(kind: ResultKind) -> None:
    payment, refund = with_result(*ended("called failed"), ResultKind.SUCCEEDED)

    payment, refund = with_result(payment, refund, kind)

    assert (refund.status, refund.due_at) == (Status.UNKNOWN, NOW)
    assert is_reserved(payment)


def test_older_success_after_a_newer_failure_is_no_contradiction() -> None:
    payment, refund = ended("called failed", occurred_at=NOW)

    decision = texts_of(payment, refund, ResultKind.SUCCEEDED, occurred_at=EARLIER)

    assert (decision.replayed, decision.refund.status) == (True, Status.FAILED)


def test_newer_success_after_an_older_failure_is_one() -> None:
    payment, refund = ended("called failed", occurred_at=NOW)

    decision = texts_of(payment, refund, ResultKind.SUCCEEDED, occurred_at=LATER)

    assert (decision.refund.status, decision.refund.attempts[-1].outcome_at) == (Status.UNKNOWN, LATER)


def test_answer_from_before_the_contradiction_does_not_settle_it() -> None:
    payment, refund = with_result(*ended("called failed", occurred_at=NOW), ResultKind.SUCCEEDED, occurred_at=LATER)

    payment, refund = answered(payment, refund, ResultKind.FAILED, occurred_at=NOW)

    assert (refund.status, is_reserved(payment)) == (Status.UNKNOWN, True)
    assert refund.due_at is not None
    assert refund.due_at > NOW


def test_pending_after_a_refusal_is_one_too_but_not_after_the_failure_that_it_leads_to() -> None:
    _, refused = with_result(*ended("refused"), ResultKind.PENDING)
    _, failed = with_result(*ended("called failed"), ResultKind.PENDING)

    assert (refused.status, failed.status) == (Status.UNKNOWN, Status.FAILED)


def test_success_after_others_took_the_amount_is_one_event_counts_nothing_and_is_queried() -> None:
    payment, refund = ended("refused")
    payment, _ = asked(payment, 100)

    first = texts_of(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1", arn="arn_1")
    second = texts_of(stored(first), first.refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1")

    assert [event.type for event in first.payment.events] == [EventType.REFUND_CONTRADICTED]
    assert (first.payment.reserved_amount, first.payment.refunded_amount) == (100, 0)
    assert first.refund.attempts[-1].gateway_refund_id == "gr_1"
    assert (first.refund.status, first.refund.due_at) == (Status.FAILED, NOW)
    assert second.replayed
    assert begun(stored(first), first.refund)[2] is GatewayStep.QUERY


def without_room() -> tuple[Payment, Refund, Refund]:
    """A success came after failure when another refund had taken the amount."""
    payment, refund = ended("refused")
    payment, other = asked(payment, 100)
    payment, refund = with_result(payment, refund, ResultKind.SUCCEEDED)
    return payment, refund, other


def test_confirmed_success_without_room_waits_for_a_person() -> None:
    payment, refund, _ = without_room()

    payment, refund = answered(payment, refund, ResultKind.SUCCEEDED)

    assert (refund.status, refund.due_at, payment.reserved_amount) == (Status.FAILED, None, 100)
    assert refund.status_reason is not None
    assert refund.status_reason.code == CONTRADICTED
    assert explain(payment, refund, LIMITS, NOW).waits_for is WaitsFor.OPERATOR


def test_confirmed_failure_without_room_is_a_plain_failure_again() -> None:
    payment, refund, _ = without_room()

    decision = texts_of(payment, refund, ResultKind.FAILED, source=Source.QUERY, code="account_closed")

    assert (decision.refund.status, decision.refund.due_at) == (Status.FAILED, None)
    assert decision.refund.status_reason is not None
    assert decision.refund.status_reason.code == "account_closed"
    assert decision.payment.events[0].code == "account_closed"


def test_confirmed_success_is_counted_when_room_came_back_before_the_answer() -> None:
    payment, refund, other = without_room()
    payment, _ = with_result(payment, other, ResultKind.REFUSED)

    payment, refund = answered(payment, refund, ResultKind.SUCCEEDED)

    assert (refund.status, payment.refunded_amount, refund.status_reason) == (Status.COMPLETED, 60, None)


@pytest.mark.parametrize("answer", [ResultKind.SUCCEEDED, ResultKind.FAILED])
def test_gateway_that_contradicts_itself_without_end_is_asked_so_often_and_then_waits_for_a_person(
    answer: ResultKind,
) -> None:
    payment, refund = ended("called failed")
    opposite = {Status.COMPLETED: ResultKind.FAILED}
    questions = 0

    for _ in range(20):
        payment, refund = with_result(payment, refund, opposite.get(refund.status, ResultKind.SUCCEEDED))
        if refund.due_at is None:
            break
        questions += 1
        payment, refund = answered(payment, refund, answer)

    assert questions == CONTRADICTIONS_MAX
    assert refund.status is (Status.COMPLETED if answer is ResultKind.SUCCEEDED else Status.FAILED)
    assert explain(payment, refund, LIMITS, NOW).waits_for is WaitsFor.OPERATOR
    assert texts_of(payment, refund, opposite.get(refund.status, ResultKind.SUCCEEDED)).replayed


# --- failure after success ------------------------------------------------------------------------


def test_failure_after_success_that_the_gateway_does_not_confirm_changes_nothing() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.SUCCEEDED)
    payment, refund = with_result(payment, refund, ResultKind.FAILED)

    payment, refund = answered(payment, refund, ResultKind.SUCCEEDED)

    assert (refund.status, refund.due_at, payment.refunded_amount) == (Status.COMPLETED, None, 60)


@pytest.mark.parametrize("answer", [ResultKind.UNKNOWN, ResultKind.NOT_FOUND, ResultKind.PENDING])
def test_unanswered_question_is_asked_again_ever_more_seldom(answer: ResultKind) -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.SUCCEEDED)
    payment, refund = with_result(payment, refund, ResultKind.FAILED)
    waits = []

    for _ in range(30):
        payment, refund, step = begun(payment, refund)
        at = refund.due_at
        assert (step, at is not None) == (GatewayStep.QUERY, True)
        assert at is not None
        payment, refund = answered(payment, refund, answer, at)
        assert refund.due_at is not None
        waits.append((refund.due_at - at).total_seconds())

    assert (refund.status, payment.refunded_amount) == (Status.COMPLETED, 60)
    assert waits == sorted(waits)
    assert waits[-1] == DAY_S
