"""Where several submissions of one attempt may have arrived, an answer to one of them ends nothing by itself."""

import pytest
from tests.support.copies import replace
from tests.support.payments.payments import (
    LIMITS,
    a_payment,
    answered,
    asked,
    with_result,
)
from tests.unit.attempt.results.conflicting_steps import STRIPE, begun, is_reserved, texts_of

from refunds.domain.attempt.gateway_result import ResultKind, Source
from refunds.domain.attempt.retry_policy import next_step
from refunds.domain.payment.attempt import GatewayStep
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.states import FINAL, Status


def submission(refund: Refund, number: int | None = None) -> dict[str, object]:
    return {"source": Source.SUBMISSION, "submission": number or refund.attempts[-1].tries}


def sent_twice() -> tuple[Payment, Refund]:
    """The answer to the first submission hangs, the lease has ended, and the second is under way."""
    payment, refund, step = begun(*asked(a_payment()))
    assert (step, refund.attempts[-1].tries) == (GatewayStep.SUBMIT, 2)
    return payment, refund


# --- late answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ResultKind.REFUSED, ResultKind.UNAVAILABLE, ResultKind.UNKNOWN, ResultKind.NOT_FOUND])
@pytest.mark.parametrize("is_later_lost", [True, False])
def test_late_answer_of_an_earlier_submission_ends_nothing(kind: ResultKind, is_later_lost: bool) -> None:
    payment, refund = sent_twice()
    if is_later_lost:
        payment, refund = with_result(payment, refund, ResultKind.UNKNOWN, **submission(refund))

    payment, refund = with_result(payment, refund, kind, code="declined", **submission(refund, 1))

    assert refund.status not in FINAL
    assert is_reserved(payment)
    if is_later_lost:
        assert next_step(refund, LIMITS, STRIPE) is GatewayStep.QUERY


@pytest.mark.parametrize("number", [1, 2])
def test_refusal_is_asked_about_where_two_submissions_may_have_arrived(number: int) -> None:
    payment, refund = sent_twice()

    payment, refund = with_result(payment, refund, ResultKind.REFUSED, code="declined", **submission(refund, number))
    assert (refund.status, is_reserved(payment)) == (Status.UNKNOWN, True)

    _, moved = answered(payment, refund, ResultKind.SUCCEEDED)
    assert moved.status is Status.COMPLETED


def test_refusal_of_the_last_submission_with_no_trace_of_an_earlier_one_ends_it_by_that_refusal() -> None:
    payment, refund = sent_twice()
    payment, refund = with_result(payment, refund, ResultKind.REFUSED, code="declined", **submission(refund))

    payment, refund = answered(payment, refund, ResultKind.NOT_FOUND)

    assert (refund.status, payment.refundable_amount) == (Status.FAILED, 100)
    assert refund.status_reason is not None
    assert refund.status_reason.code == "declined"


def test_refusal_ends_it_if_earlier_submissions_certainly_never_arrived() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE)
    payment, refund, _ = begun(payment, refund)

    _, refund = with_result(payment, refund, ResultKind.REFUSED, code="declined", **submission(refund))

    assert refund.status is Status.FAILED


def test_refusal_after_an_acknowledgement_is_asked_about() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.PENDING)

    payment, refund = with_result(payment, refund, ResultKind.REFUSED, code="declined", **submission(refund))

    assert (refund.status, is_reserved(payment)) == (Status.UNKNOWN, True)


def test_not_found_of_a_query_before_the_last_submission_is_no_result_of_that_submission() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE)
    spent = replace(refund.attempts[-1], tries=4)
    payment = replace(payment, refunds=(replace(refund, attempts=(spent,)),))
    payment, refund, _ = begun(payment, payment.refunds[0])
    assert refund.attempts[-1].tries == LIMITS.gateway_attempts_max

    decision = texts_of(payment, refund, ResultKind.NOT_FOUND, source=Source.QUERY, submission=4)

    assert (decision.replayed, decision.refund.status) == (True, Status.GATEWAY_ERROR)


def test_earlier_submission_that_never_arrived_is_counted_and_takes_no_time_from_the_later() -> None:
    payment, refund = sent_twice()
    due_at = refund.due_at

    _, refund = with_result(payment, refund, ResultKind.UNAVAILABLE, **submission(refund, 1))

    assert (refund.status, refund.due_at, refund.attempts[-1].unsent) == (Status.PROCESSING, due_at, 1)
