"""Work that was overdue is no outage of its gateway."""

import pytest
from tests.support.payments.payments import (
    LIMITS,
    NOW,
    a_payment,
    asked,
    seconds,
    stored,
    with_result,
)

from refunds.domain.attempt.result_recording import GatewayStep, ResultKind, begin_step, next_step
from refunds.domain.attempt.retry_policy import sent_count
from refunds.domain.attempt.submission import release_first_submission
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.refund.status_explanation import explain
from refunds.texts.explanation_texts import because_of

HOUR_S = 3_600

PATIENT_S = LIMITS.gateway_wait_max_s


def test_time_for_which_work_was_overdue_is_no_outage_of_its_gateway() -> None:
    """It failed once; then its merchant rested for longer than a refund may wait, and its own ladder stood still."""
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE)
    assert refund.due_at is not None
    taken_up_at = refund.due_at + seconds(2 * PATIENT_S)

    begun = begin_step(payment, refund.id, LIMITS, taken_up_at)
    _, again = with_result(stored(begun), begun.refund, ResultKind.UNAVAILABLE, taken_up_at)

    assert begun.step is GatewayStep.SUBMIT
    assert again.due_at is not None
    assert again.due_at > taken_up_at
    assert next_step(again, LIMITS) is GatewayStep.SUBMIT


def test_first_submission_that_was_not_begun_uses_no_key_and_is_due_at_once() -> None:
    payment, refund = asked(a_payment())
    at = NOW + seconds(20)

    held = release_first_submission(payment, refund.id, at)
    begun = begin_step(stored(held), refund.id, LIMITS, at + seconds(30 * 24 * HOUR_S))

    assert (held.refund.due_at, sent_count(held.refund.attempts[0])) == (at, 0)
    assert (begun.step, sent_count(begun.refund.attempts[0])) == (GatewayStep.SUBMIT, 1)
    assert release_first_submission(stored(begun), refund.id, at).replayed, (
        "nobody else's hint undoes a try that has begun"
    )


@pytest.mark.parametrize("after_s", [0, 5])
def test_first_submission_that_may_have_begun_is_left_as_it_is(after_s: int) -> None:
    """Its lease is over, or the gateway has answered: another may have sent it."""
    payment, refund = asked(a_payment())
    assert refund.due_at is not None

    late = release_first_submission(payment, refund.id, refund.due_at + seconds(after_s))
    answered = release_first_submission(*_lost(payment, refund), NOW)

    assert (late.replayed, answered.replayed) == (True, True)


def _lost(payment: Payment, refund: Refund) -> tuple[Payment, str]:
    return with_result(payment, refund, ResultKind.UNKNOWN)[0], refund.id


def test_why_explains_that_work_is_overdue_and_since_when() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE)
    assert refund.due_at is not None

    soon = explain(payment, refund, LIMITS, refund.due_at + seconds(9))
    held = explain(payment, refund, LIMITS, refund.due_at + seconds(75))

    assert "due for" not in because_of(soon)
    assert "75 s late. While calls to sandbox fail" in because_of(held)
    assert "The wait does not count as a submission" in because_of(held)
