"""An unknown outcome is never taken for a failure: it is asked about until the gateway knows."""

import pytest
from tests.support.payments.payments import (
    LIMITS,
    NOW,
    seconds,
    with_result,
)
from tests.unit.attempt.results.result_steps import begun, refund_in, unanswered_on_every_submission

from refunds.domain.attempt.result_recording import (
    GatewayStep,
    ResultKind,
    next_step,
)
from refunds.domain.payment.reason_details import NoneAccepted, detail_of
from refunds.domain.payment.states import FINAL, Status


@pytest.mark.parametrize("kind", sorted(ResultKind))
def test_unknown_is_never_treated_as_failed(kind: ResultKind) -> None:
    _, refund = with_result(*refund_in(Status.UNKNOWN), kind)

    assert (refund.status is Status.FAILED) is (kind in (ResultKind.REFUSED, ResultKind.FAILED))


# --- unknown outcomes ----------------------------------------------------------------------------


def test_a_lost_answer_keeps_the_amount_and_is_asked_for_soon() -> None:
    payment, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.UNKNOWN)

    assert (refund.status, payment.reserved_amount) == (Status.UNKNOWN, 60)
    assert refund.due_at == NOW + seconds(30)
    assert next_step(refund, LIMITS) is GatewayStep.QUERY


def test_time_alone_never_fails_a_refund() -> None:
    payment, refund = refund_in(Status.UNKNOWN)

    for _ in range(200):
        payment, refund = begun(payment, refund)
        assert refund.due_at is not None
        payment, refund = with_result(payment, refund, ResultKind.UNKNOWN, refund.due_at)

    assert (refund.status, payment.reserved_amount) == (Status.UNKNOWN, 60)


def test_questions_come_ever_more_slowly_but_never_end() -> None:
    payment, refund = refund_in(Status.UNKNOWN)
    waits = []

    for _ in range(8):
        payment, refund = begun(payment, refund)
        at = refund.due_at
        assert at is not None
        payment, refund = with_result(payment, refund, ResultKind.UNKNOWN, at)
        assert refund.due_at is not None
        waits.append((refund.due_at - at).total_seconds())

    assert waits == [60, 120, 240, 480, 720, 720, 720, 720]


def test_asked_and_never_seen_is_sent_again_under_the_same_id() -> None:
    payment, before = refund_in(Status.UNKNOWN)

    _, after = with_result(payment, before, ResultKind.NOT_FOUND)

    assert (after.status, next_step(after, LIMITS), after.due_at) == (Status.GATEWAY_ERROR, GatewayStep.SUBMIT, NOW)
    assert [attempt.id for attempt in after.attempts] == [attempt.id for attempt in before.attempts]


def test_a_refund_fails_after_its_last_submission_only_if_a_query_does_not_find_it() -> None:
    payment, refund = unanswered_on_every_submission()
    assert (refund.status, refund.attempts[-1].tries, payment.reserved_amount) == (Status.UNKNOWN, 5, 60)

    payment, refund = with_result(*begun(payment, refund), ResultKind.NOT_FOUND)

    assert (refund.status, payment.reserved_amount) == (Status.FAILED, 0)
    assert refund.attempts[-1].outcome == "not_found"


def test_after_exhausted_retries_the_true_reason_is_kept() -> None:
    _, refund = with_result(
        *begun(*unanswered_on_every_submission(code="gateway_unavailable", raw_code="no_answer")), ResultKind.NOT_FOUND
    )

    assert refund.status_reason is not None
    assert refund.status_reason.code == "gateway_unavailable"
    assert detail_of(refund.status_reason) == NoneAccepted(submissions=5)
    assert (refund.attempts[-1].error_code, refund.attempts[-1].error_raw) == ("gateway_unavailable", "no_answer")


def test_after_the_last_submission_an_unanswered_query_leaves_the_outcome_unknown() -> None:
    _, refund = with_result(*begun(*unanswered_on_every_submission()), ResultKind.UNKNOWN)

    assert refund.status is Status.UNKNOWN


def test_a_refusal_because_it_is_refunded_already_is_asked_for_and_not_believed() -> None:
    payment, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.REFUSED, code="already_refunded")

    assert (refund.status, payment.reserved_amount) == (Status.UNKNOWN, 60)
    assert next_step(refund, LIMITS) is GatewayStep.QUERY


def test_a_later_submission_refused_for_want_of_a_remainder_may_be_our_own_earlier_movement() -> None:
    payment, refund = begun(*refund_in(Status.GATEWAY_ERROR))

    _, later = with_result(payment, refund, ResultKind.REFUSED, code="amount_exceeds_remaining")
    _, first = with_result(*refund_in(Status.PROCESSING), ResultKind.REFUSED, code="amount_exceeds_remaining")

    assert (later.status, first.status) == (Status.UNKNOWN, Status.FAILED)


def test_a_refusal_that_is_asked_for_again_and_again_comes_to_an_end() -> None:
    payment, refund = refund_in(Status.PROCESSING)
    for _ in range(50):
        if refund.status in FINAL:
            break
        step = next_step(refund, LIMITS)
        payment, refund = begun(payment, refund)
        if step is GatewayStep.SUBMIT:
            payment, refund = with_result(payment, refund, ResultKind.REFUSED, code="already_refunded")
        else:
            payment, refund = with_result(payment, refund, ResultKind.NOT_FOUND)

    assert refund.status is Status.FAILED
