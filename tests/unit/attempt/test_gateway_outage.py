"""An outage of a gateway fails no refund: unsent submissions do not count, and time bounds the wait."""

from datetime import datetime

import pytest
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

from refunds.domain.attempt.result_recording import (
    GatewayStep,
    ResultKind,
    begin_step,
    next_step,
    record_gateway_result,
)
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.reason_details import NoneAcceptedSomeUnsent, detail_of
from refunds.domain.payment.states import Status
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.status_explanation import explain
from refunds.texts.explanation_texts import because_of, next_of

HOUR_S = 3_600

PATIENT_S = LIMITS.gateway_wait_max_s


def away(until_s: float, code: str = "gateway_unavailable") -> tuple[Payment, Refund, datetime]:
    """A refund whose gateway takes nothing for so long, worked on whenever it is due; and the moment of the last."""
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE, code=code)
    at = NOW
    while refund.due_at is not None and refund.due_at < NOW + seconds(until_s):
        at = refund.due_at
        if next_step(refund, LIMITS) is GatewayStep.QUERY:
            break
        begun = begin_step(payment, refund.id, LIMITS, at)
        payment, refund = with_result(stored(begun), begun.refund, ResultKind.UNAVAILABLE, at, code=code)
    return payment, refund, at


@pytest.mark.parametrize("code", ["gateway_unavailable", "rate_limited"])
@pytest.mark.parametrize("outage_s", [300, HOUR_S, 24 * HOUR_S])
def test_refund_completes_after_an_outage_however_many_submissions_it_took(outage_s: int, code: str) -> None:
    payment, refund, _ = away(outage_s, code)
    assert (refund.status, payment.reserved_amount) == (Status.GATEWAY_ERROR, 60)
    assert refund.due_at is not None

    assert next_step(refund, LIMITS) is GatewayStep.SUBMIT
    begun = begin_step(payment, refund.id, LIMITS, refund.due_at)
    _, refund = with_result(stored(begun), begun.refund, ResultKind.SUCCEEDED, refund.due_at)

    assert (refund.status, len(refund.attempts)) == (Status.COMPLETED, 1)


def test_backoff_stays_bounded_in_a_long_outage() -> None:
    _, refund, at = away(24 * HOUR_S)

    assert refund.due_at is not None
    assert (refund.due_at - at).total_seconds() == LIMITS.gateway_retry_delays_s[-1]


def test_after_the_longest_wait_the_gateway_is_asked_at_that_moment_and_nothing_more_is_sent() -> None:
    _, refund, at = away(PATIENT_S + HOUR_S)

    assert at == refund.due_at == NOW + seconds(PATIENT_S)
    assert next_step(refund, LIMITS) is GatewayStep.QUERY


def test_after_the_longest_wait_only_a_result_of_the_gateway_fails_it_with_the_true_reason() -> None:
    payment, refund, at = away(PATIENT_S + HOUR_S)
    begun = begin_step(payment, refund.id, LIMITS, at)

    silent, unanswered = with_result(stored(begun), begun.refund, ResultKind.UNKNOWN, at)
    after, ended = with_result(silent, unanswered, ResultKind.NOT_FOUND, at + seconds(HOUR_S))

    assert (unanswered.status, silent.reserved_amount) == (Status.UNKNOWN, 60)
    assert (ended.status, after.reserved_amount) == (Status.FAILED, 0)
    assert ended.status_reason is not None
    assert ended.status_reason.code == "gateway_unavailable"
    assert isinstance(detail_of(ended.status_reason), NoneAcceptedSomeUnsent)


def test_submissions_that_may_have_arrived_still_count() -> None:
    two = limits(gateway_attempts_max=2)
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE, within=two)
    for _ in range(2):
        assert refund.due_at is not None
        assert next_step(refund, two) is GatewayStep.SUBMIT
        begun = begin_step(payment, refund.id, two, refund.due_at)
        payment, refund = with_result(stored(begun), begun.refund, ResultKind.UNKNOWN, within=two)
        payment, refund = with_result(payment, refund, ResultKind.NOT_FOUND, within=two)

    assert (refund.status, refund.attempts[-1].tries, refund.attempts[-1].unsent) == (Status.FAILED, 3, 1)


def test_a_gateway_that_answers_ends_the_wait_and_a_later_outage_begins_its_own() -> None:
    payment, refund, at = away(HOUR_S)
    _, pending = with_result(payment, refund, ResultKind.PENDING, at)

    assert pending.attempts[-1].unsent_since is None


def test_why_names_the_gateway_the_next_time_and_how_long_it_is_waited_for() -> None:
    payment, refund, at = away(HOUR_S)

    found = explain(payment, refund, LIMITS, at)

    assert found.waits_for is WaitsFor.GATEWAY
    assert "could not reach sandbox" in because_of(found)
    assert found.next_at == refund.due_at
    assert next_of(found) == (
        "The service submits the refund again in 243 s, under the same idempotency key. This is submission 1 of at "
        "most 5. Submissions that could not be sent: 19. These submissions do not count toward the maximum. If the "
        "gateway does not accept the refund before 2026-03-05 12:00:00 UTC, the service stops submitting the refund."
    )


def test_open_circuit_does_not_hide_the_last_result_of_the_gateway() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE, code="rate_limited", raw_code="429")

    begun = begin_step(payment, refund.id, LIMITS, NOW + seconds(60))
    _, refund = with_result(
        stored(begun),
        begun.refund,
        ResultKind.UNAVAILABLE,
        code="gateway_unavailable",
        raw_code="resting",
        is_sent=False,
    )

    assert (refund.attempts[0].error_code, refund.attempts[0].error_raw) == ("rate_limited", "429")
    assert refund.status_reason is not None
    assert refund.status_reason.code == "rate_limited"


def test_event_of_the_end_names_its_reason() -> None:
    payment, refund, at = away(PATIENT_S + HOUR_S, "rate_limited")
    begun = begin_step(payment, refund.id, LIMITS, at)

    ended = record_gateway_result(
        stored(begun), refund.attempts[-1].id, a_result(ResultKind.NOT_FOUND), LIMITS, at, GATEWAY
    )

    assert [(event.type, event.code) for event in ended.payment.events] == [("refund.failed", "rate_limited")]


def test_wait_behind_our_own_rest_begins_no_longest_wait_and_fails_nothing() -> None:
    """A refund behind an open circuit was never shown to its gateway, which may well be there."""
    payment, refund = asked(a_payment())
    at = NOW
    for _ in range(3_000):
        payment, refund = with_result(payment, refund, ResultKind.UNAVAILABLE, at, is_sent=False)
        assert refund.due_at is not None
        at = refund.due_at
        begun = begin_step(payment, refund.id, LIMITS, at)
        payment, refund = stored(begun), begun.refund

    assert (at - NOW).total_seconds() > 2 * PATIENT_S
    assert (refund.status, next_step(refund, LIMITS)) == (Status.GATEWAY_ERROR, GatewayStep.SUBMIT)
    _, refund = with_result(payment, refund, ResultKind.SUCCEEDED, at)
    assert refund.status is Status.COMPLETED


@pytest.mark.parametrize("code", ["gateway_unavailable", "rate_limited"])
def test_pause_grows_also_where_a_tenant_sets_the_shortest_waits(code: str) -> None:
    impatient = limits(gateway_retry_delays_s=(1,), gateway_rate_limit_delay_s=1)
    payment, refund = asked(a_payment())
    at, pauses = NOW, []

    for _ in range(40):
        payment, refund = with_result(payment, refund, ResultKind.UNAVAILABLE, at, within=impatient, code=code)
        assert refund.due_at is not None
        pauses.append((refund.due_at - at).total_seconds())
        at = refund.due_at
        begun = begin_step(payment, refund.id, impatient, at)
        payment, refund = stored(begun), begun.refund

    assert pauses[0] < 2
    assert [pause >= min(number, 30) for number, pause in enumerate(pauses, 1)] == [True] * 40
    assert pauses[-1] <= 45


@pytest.mark.parametrize("kind", [ResultKind.UNKNOWN, ResultKind.UNAVAILABLE])
def test_reason_changes_only_with_an_event_and_why_also_has_the_latest_error(kind: ResultKind) -> None:
    payment, refund = with_result(*asked(a_payment()), kind, code="unknown_error")

    decision = record_gateway_result(
        payment, refund.attempts[-1].id, a_result(kind, code="gateway_unavailable"), LIMITS, NOW, GATEWAY
    )

    assert decision.payment.events == ()
    assert decision.refund.status_reason == refund.status_reason
    assert decision.refund.attempts[-1].error_code == "gateway_unavailable"
    because = because_of(explain(decision.payment, decision.refund, LIMITS, NOW))
    assert "(reason code: unknown_error) The latest call to the gateway ended with the error gateway_" in because
