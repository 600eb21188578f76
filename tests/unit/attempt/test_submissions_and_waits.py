"""Who submits a due attempt, under which id, and how long it waits before the next submission or status query."""

import pytest
from tests.support.copies import replace
from tests.support.payments.payments import (
    GATEWAY,
    LIMITS,
    NOW,
    a_payment,
    a_result,
    asked,
    limits,
    seconds,
    stored,
    with_result,
)
from tests.unit.attempt.results.result_steps import begun, refund_in, said

from refunds.domain.attempt.result_recording import (
    RETRY_AFTER_MAX_S,
    GatewayStep,
    ResultKind,
    begin_step,
    next_step,
    record_gateway_result,
)
from refunds.domain.errors import (
    TransitionNotAllowed,
)
from refunds.domain.payment.payment import Payment
from refunds.domain.payment.reason_details import CodeMissing, CodeUnknown, detail_of
from refunds.domain.payment.states import Status

# --- tries and waits -----------------------------------------------------------------------------


def test_a_due_refund_is_taken_by_one_worker_until_the_lease_ends() -> None:
    payment, refund = refund_in(Status.GATEWAY_ERROR)
    at = refund.due_at
    assert at is not None

    first = begin_step(payment, refund.id, LIMITS, at)
    second = begin_step(stored(first), refund.id, LIMITS, at)

    assert (first.replayed, second.replayed) == (False, True)
    assert first.refund.due_at == at + seconds(LIMITS.gateway_lease_s)
    assert begin_step(stored(first), refund.id, LIMITS, first.refund.due_at).replayed is False


def test_what_is_not_due_is_not_taken() -> None:
    payment, refund = refund_in(Status.GATEWAY_ERROR)
    assert refund.due_at is not None

    assert begin_step(payment, refund.id, LIMITS, refund.due_at - seconds(0.001)).replayed
    assert begin_step(*_completed(), LIMITS, NOW + seconds(10**6)).replayed


def _completed() -> tuple[Payment, str]:
    payment, refund = refund_in(Status.COMPLETED)
    return payment, refund.id


def test_every_submission_has_the_same_attempt_id() -> None:
    payment, refund = refund_in(Status.GATEWAY_ERROR)
    names = {refund.attempts[-1].id}

    for _ in range(20):
        payment, refund = with_result(*begun(payment, refund), ResultKind.UNAVAILABLE)
        names.add(refund.attempts[-1].id)

    assert len(names) == 1
    assert len(refund.attempts) == 1


def test_submissions_never_become_fewer_when_the_parameter_is_lowered() -> None:
    payment, refund = refund_in(Status.UNKNOWN)
    for _ in range(3):
        payment, refund = with_result(payment, refund, ResultKind.NOT_FOUND)
        payment, refund = with_result(*begun(payment, refund), ResultKind.UNKNOWN)
    payment, refund = with_result(payment, refund, ResultKind.NOT_FOUND, within=limits(gateway_attempts_max=5))
    assert refund.due_at is not None
    assert refund.attempts[-1].tries == 4

    decision = begin_step(payment, refund.id, limits(gateway_attempts_max=2), refund.due_at)

    assert (decision.refund.attempts[-1].tries, decision.refund.attempts[-1].asks) == (4, 1)


def test_network_errors_are_retried_after_the_delays_of_the_parameter() -> None:
    payment, refund = refund_in(Status.PROCESSING)
    waits = []

    for _ in range(7):
        payment, refund = with_result(payment, refund, ResultKind.UNAVAILABLE)
        assert refund.due_at is not None
        waits.append((refund.due_at - NOW).total_seconds())
        decision = begin_step(payment, refund.id, LIMITS, refund.due_at)
        payment, refund = stored(decision), decision.refund

    assert waits == [3, 9, 27, 81, 243, 243, 243]


@pytest.mark.parametrize(
    ("told_s", "wait_s"), [(None, 30), (7, 7), (RETRY_AFTER_MAX_S, RETRY_AFTER_MAX_S), (10**12, RETRY_AFTER_MAX_S)]
)
def test_a_gateway_that_limits_the_rate_is_left_alone_as_long_as_it_asks_within_a_bound(
    told_s: int | None, wait_s: int
) -> None:
    _, refund = with_result(
        *refund_in(Status.PROCESSING), ResultKind.UNAVAILABLE, code="rate_limited", retry_after_s=told_s
    )

    assert refund.due_at is not None
    assert NOW + seconds(wait_s) <= refund.due_at < NOW + seconds(wait_s * 1.5)
    assert refund.due_at.microsecond % 1000 == 0


def test_those_who_were_sent_away_together_do_not_come_back_together() -> None:
    moments = set()
    for _ in range(50):
        payment, refund = asked(a_payment(1_000), 60)
        moments.add(with_result(payment, refund, ResultKind.UNAVAILABLE, code="rate_limited")[1].due_at)

    assert len(moments) > 45


def test_a_pending_refund_is_asked_for_after_the_delay_of_its_parameter() -> None:
    _, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.PENDING)

    assert refund.due_at == NOW + seconds(LIMITS.gateway_pending_ask_delay_s)
    assert next_step(refund, LIMITS) is GatewayStep.QUERY


def test_the_reason_of_a_wait_is_shown_and_is_gone_when_the_refund_completes() -> None:
    payment, refund = with_result(
        *refund_in(Status.PROCESSING), ResultKind.UNAVAILABLE, code="gateway_unavailable", raw_code="503"
    )
    assert refund.status_reason is not None
    assert refund.status_reason.code == "gateway_unavailable"
    assert refund.attempts[-1].error_raw == "503"

    _, refund = with_result(payment, refund, ResultKind.SUCCEEDED)

    assert refund.status_reason is None
    assert (refund.attempts[-1].error_code, refund.attempts[-1].outcome) == ("", "succeeded")


def test_a_result_for_a_refund_that_was_never_sent_is_refused() -> None:
    payment, refund = refund_in(Status.PROCESSING)
    canceled = replace(payment, refunds=(replace(refund, status=Status.CANCELED),))

    with pytest.raises(TransitionNotAllowed):
        said(canceled, refund, ResultKind.SUCCEEDED)


@pytest.mark.parametrize("raw_code", ["X-77", ""])
def test_refund_that_failed_by_an_unknown_code_explains_what_happened_and_what_to_do(raw_code: str) -> None:
    payment, refund = asked(a_payment(), 60)
    failed = a_result(ResultKind.FAILED, code="unknown_error", raw_code=raw_code)

    ended = record_gateway_result(payment, refund.attempts[-1].id, failed, LIMITS, NOW, GATEWAY).refund

    assert (ended.status, ended.status_reason is not None) == (Status.FAILED, True)
    assert ended.status_reason is not None
    assert ended.status_reason.code == "unknown_error"
    assert detail_of(ended.status_reason) == (CodeUnknown(raw_code=raw_code) if raw_code else CodeMissing())
