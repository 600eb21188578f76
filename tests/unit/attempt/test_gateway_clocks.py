"""Whatever time a result has, the status queries about it end: by the gateway's answer, or left to a person."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from tests.support.copies import replace
from tests.support.payments.payments import (
    GATEWAY,
    LIMITS,
    NOW,
    a_payment,
    a_result,
    answered,
    asked,
    seconds,
    stored,
    with_result,
)

from refunds.domain.attempt.conflicting_results import CONTRADICTIONS_MAX
from refunds.domain.attempt.external_refunds import record_external_refund
from refunds.domain.attempt.gateway_result import CLOCK_AHEAD_MAX, ResultKind, Source
from refunds.domain.attempt.reconciliation import is_in_doubt
from refunds.domain.attempt.submission import begin_step
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.states import Status
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.status_explanation import explain

EARLIER = NOW - seconds(60)
YEAR_9999 = datetime(9999, 12, 31, tzinfo=UTC)
TIMES = {"its own": NOW, "ahead": NOW + seconds(3600), "9999": YEAR_9999, "none": None}

ENDS = {
    "declined, then succeeded": (ResultKind.FAILED, ResultKind.SUCCEEDED),
    "completed, then failed": (ResultKind.SUCCEEDED, ResultKind.FAILED),
}
AMOUNTS = {ResultKind.SUCCEEDED: 60, ResultKind.FAILED: 0}


def contradicted(course: str, at: datetime | None) -> tuple[Payment, Refund]:
    """A refund that ended by a result of a minute ago, and then gets a webhook with the opposite result."""
    first, then = ENDS[course]
    payment, refund = with_result(*asked(a_payment()), first, occurred_at=EARLIER)
    return with_result(payment, refund, then, occurred_at=at)


def asked_again(payment: Payment, refund: Refund) -> tuple[Payment, Refund]:
    assert refund.due_at is not None
    decision = begin_step(payment, refund.id, LIMITS, refund.due_at)
    return stored(decision), decision.refund


def questions_until_the_end(
    payment: Payment, refund: Refund, kind: ResultKind, at: datetime | None
) -> tuple[Payment, Refund, int]:
    for questions in range(1, 20):
        payment, refund = asked_again(payment, refund)
        number = refund.attempts[-1].asks
        payment, refund = answered(payment, refund, kind, occurred_at=at, question=number)
        if refund.due_at is None:
            return payment, refund, questions
    raise AssertionError("asked without end")


@pytest.mark.parametrize("course", sorted(ENDS))
@pytest.mark.parametrize("time", sorted(TIMES))
@pytest.mark.parametrize("said", [ResultKind.SUCCEEDED, ResultKind.FAILED])
@pytest.mark.parametrize("answered_at", [EARLIER, NOW, None])
def test_whatever_time_a_result_has_a_bounded_number_of_queries_settles_it(
    course: str, time: str, said: ResultKind, answered_at: datetime | None
) -> None:
    payment, refund = contradicted(course, TIMES[time])

    payment, refund, questions = questions_until_the_end(payment, refund, said, answered_at)

    assert questions <= CONTRADICTIONS_MAX
    assert (payment.reserved_amount, payment.refunded_amount) == (0, AMOUNTS[said])


@pytest.mark.parametrize("course", sorted(ENDS))
def test_answer_that_denies_a_newer_result_is_queried_again_and_left_to_a_person_in_the_end(course: str) -> None:
    payment, refund = contradicted(course, NOW)
    first, _ = ENDS[course]
    waits = []
    for _ in range(CONTRADICTIONS_MAX - 1):
        payment, refund = answered(*asked_again(payment, refund), first, occurred_at=EARLIER)
        assert refund.due_at is not None
        waits.append(refund.due_at - NOW)

    payment, refund = answered(*asked_again(payment, refund), first, occurred_at=EARLIER)

    assert all(later > earlier for earlier, later in pairwise(waits))
    assert explain(payment, refund, LIMITS, NOW).waits_for is WaitsFor.OPERATOR
    assert is_in_doubt(refund)


@pytest.mark.parametrize("course", sorted(ENDS))
def test_answer_that_confirms_the_result_settles_it_at_once_however_old_its_time_is(course: str) -> None:
    payment, refund = contradicted(course, NOW)
    _, then = ENDS[course]

    payment, refund, questions = questions_until_the_end(payment, refund, then, EARLIER)

    assert (questions, payment.refunded_amount) == (1, AMOUNTS[then])
    assert explain(payment, refund, LIMITS, NOW).waits_for is WaitsFor.NOTHING


@pytest.mark.parametrize("course", sorted(ENDS))
@pytest.mark.parametrize("time", sorted(TIMES))
def test_answer_to_a_query_from_before_the_result_settles_nothing(course: str, time: str) -> None:
    first, then = ENDS[course]
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNKNOWN)
    payment, refund = asked_again(payment, refund)
    on_its_way = refund.attempts[-1].asks
    payment, refund = with_result(payment, refund, first, occurred_at=EARLIER)
    payment, refund = with_result(payment, refund, then, occurred_at=TIMES[time])
    before = (payment.reserved_amount, payment.refunded_amount)

    payment, refund = answered(payment, refund, first, occurred_at=EARLIER, question=on_its_way)

    assert refund.attempts[-1].is_in_question
    assert (payment.reserved_amount, payment.refunded_amount) == before


def test_newer_result_during_a_query_is_not_overtaken_by_the_earlier_answer() -> None:
    payment, refund = contradicted("declined, then succeeded", NOW)
    payment, refund = asked_again(payment, refund)
    on_its_way = refund.attempts[-1].asks

    payment, refund = with_result(payment, refund, ResultKind.FAILED, occurred_at=NOW + seconds(1))
    payment, refund = answered(payment, refund, ResultKind.SUCCEEDED, occurred_at=NOW, question=on_its_way)
    assert (refund.status, refund.attempts[-1].doubts.question) == (Status.UNKNOWN, "failed")

    payment, refund, _ = questions_until_the_end(payment, refund, ResultKind.FAILED, NOW + seconds(1))
    assert (refund.status, payment.refundable_amount) == (Status.FAILED, 100)


def test_failure_that_comes_while_a_success_is_asked_for_its_id_is_asked_about() -> None:
    payment, refund = with_result(*asked(a_payment(), 30), ResultKind.SUCCEEDED)
    result = a_result(ResultKind.SUCCEEDED, gateway_refund_id="gr_77", amount=30)
    decision = record_external_refund(payment, "ref_of_gr_77", result, "EUR", LIMITS, NOW, GATEWAY)
    payment, refund = asked_again(stored(decision), decision.refund)
    on_its_way = refund.attempts[-1].asks

    payment, refund = with_result(payment, refund, ResultKind.FAILED)
    payment, refund = answered(payment, refund, ResultKind.SUCCEEDED, question=on_its_way)
    assert refund.attempts[-1].is_in_question

    payment, refund, _ = questions_until_the_end(payment, refund, ResultKind.FAILED, None)
    assert refund.status is Status.REVERSED


@pytest.mark.parametrize("at", [YEAR_9999, NOW + CLOCK_AHEAD_MAX + seconds(1)])
@pytest.mark.parametrize("source", sorted(Source))
def test_time_in_the_future_makes_no_later_result_older(at: datetime, source: Source) -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.SUCCEEDED, occurred_at=at, source=source)
    assert refund.attempts[-1].outcome_at is None

    payment, refund = with_result(payment, refund, ResultKind.FAILED, NOW + seconds(5), occurred_at=NOW + seconds(5))

    assert refund.attempts[-1].is_in_question


def test_time_that_has_not_come_of_a_refund_made_at_the_gateway_is_not_kept() -> None:
    result = replace(a_result(ResultKind.SUCCEEDED, gateway_refund_id="gr_1", amount=30), occurred_at=YEAR_9999)

    decision = record_external_refund(a_payment(), "ref_1", result, "EUR", LIMITS, NOW, GATEWAY)

    assert decision.refund.attempts[-1].outcome_at is None
