"""Nothing is sent again once its gateway may have forgotten the idempotency key, nor beyond the budget."""

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
    limits,
    seconds,
    with_result,
)
from tests.unit.attempt.results.conflicting_steps import DAY_S, FISERV, STRIPE, begun

from refunds.domain.attempt.gateway_profiles import PROFILES, GatewayProfile, profile_of
from refunds.domain.attempt.gateway_result import ResultKind, Source
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.attempt.retry_policy import next_step
from refunds.domain.attempt.submission import begin_step
from refunds.domain.payment.attempt import GatewayStep
from refunds.domain.payment.reason_details import KeyTooOld, detail_of
from refunds.domain.payment.states import Status
from refunds.domain.refund.status_explanation import explain
from refunds.texts.explanation_texts import because_of

# --- the lifetime of a key ------------------------------------------------------------------------


@pytest.mark.parametrize("profile", [STRIPE, FISERV])
def test_nothing_is_sent_again_once_the_gateway_may_have_forgotten_the_key(profile: GatewayProfile) -> None:
    payment, refund = asked(a_payment())
    last = seconds(profile.key_lifetime_s - LIMITS.gateway_lease_s)

    in_time = begin_step(payment, refund.id, LIMITS, NOW + last - seconds(1), profile)
    too_late = begin_step(payment, refund.id, LIMITS, NOW + last, profile)

    assert (in_time.step, too_late.step) == (GatewayStep.SUBMIT, GatewayStep.QUERY)
    assert too_late.refund.attempts[-1].tries == 1


def test_age_of_a_key_counts_from_the_first_submission_that_may_have_arrived() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE, source=Source.SUBMISSION)
    away = replace(refund, due_at=NOW + seconds(DAY_S))
    payment = replace(payment, refunds=(away,))

    payment, refund, step = begun(payment, away, FISERV)
    assert step is GatewayStep.SUBMIT
    payment, refund = with_result(payment, refund, ResultKind.UNKNOWN, NOW + seconds(DAY_S))

    assert refund.attempts[-1].first_sent_at == NOW + seconds(DAY_S)
    payment, refund = answered(payment, refund, ResultKind.NOT_FOUND, NOW + seconds(DAY_S + 60))
    assert (refund.status, begun(payment, refund, FISERV)[2]) == (Status.GATEWAY_ERROR, GatewayStep.SUBMIT)


def test_never_acknowledged_and_never_seen_after_the_lifetime_of_its_key_it_ends_with_a_clear_reason() -> None:
    payment, refund = with_result(*asked(a_payment(gateway="fiserv")), ResultKind.UNKNOWN)

    decision = record_gateway_result(
        payment,
        refund.attempts[-1].id,
        a_result(ResultKind.NOT_FOUND, source=Source.QUERY, submission=1),
        LIMITS,
        NOW + seconds(FISERV.key_lifetime_s),
        GATEWAY,
        FISERV,
    )

    assert (decision.refund.status, decision.payment.refundable_amount) == (Status.FAILED, 100)
    assert decision.refund.status_reason is not None
    assert detail_of(decision.refund.status_reason) == KeyTooOld()


def test_after_a_crash_it_is_sent_without_asking_only_within_the_lifetime_of_its_key() -> None:
    payment, refund = asked(a_payment())
    assert (refund.status, refund.due_at) == (Status.PROCESSING, NOW + seconds(LIMITS.gateway_lease_s))

    soon = begin_step(payment, refund.id, LIMITS, NOW + seconds(60), FISERV)
    late = begin_step(payment, refund.id, LIMITS, NOW + seconds(600), FISERV)

    assert (soon.step, late.step) == (GatewayStep.SUBMIT, GatewayStep.QUERY)
    why = explain(payment, refund, LIMITS, NOW + seconds(600), GatewayProfile(key_lifetime_s=40))
    assert (
        "does not submit the refund again. sandbox recognizes the refund's idempotency key for only 40 s"
        in because_of(why)
    )


def test_key_of_an_attempt_stored_before_its_age_was_kept_is_as_old_as_its_refund() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNKNOWN)
    payment, refund = answered(payment, refund, ResultKind.NOT_FOUND)
    payment, refund, _ = begun(payment, refund)
    old = replace(refund.attempts[-1], first_sent_at=None, at=NOW + seconds(2 * DAY_S))
    refund = replace(refund, attempts=(old,), due_at=NOW + seconds(2 * DAY_S))

    assert old.tries == 2
    assert next_step(refund, LIMITS, STRIPE) is GatewayStep.QUERY


def test_gateway_of_unknown_rules_is_taken_to_forget_keys_as_soon_as_the_soonest() -> None:
    assert profile_of("of_nobody").key_lifetime_s == min(profile.key_lifetime_s for profile in PROFILES.values())


# --- the step is decided once ---------------------------------------------------------------------


def test_no_submission_is_begun_beyond_the_budget() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE)
    spent = replace(refund.attempts[-1], tries=5, unsent=0)
    payment = replace(payment, refunds=(replace(refund, attempts=(spent,)),))
    assert refund.due_at is not None

    decision = begin_step(payment, refund.id, LIMITS, refund.due_at)

    assert (decision.step, decision.refund.attempts[-1].tries) == (GatewayStep.QUERY, 5)


def test_after_a_crash_with_a_budget_of_one_submission_the_gateway_is_queried_and_gets_no_second() -> None:
    payment, refund = asked(a_payment())
    assert refund.due_at is not None

    decision = begin_step(payment, refund.id, limits(gateway_attempts_max=1), refund.due_at)

    assert (decision.step, decision.refund.attempts[-1].tries) == (GatewayStep.QUERY, 1)
