"""Results that contradict earlier ones: nothing is sent or refunded twice, and the last result alone never decides."""

from dataclasses import replace
from datetime import datetime
from itertools import product

import pytest
from tests.support.payments.payments import (
    GATEWAY,
    LIMITS,
    NOW,
    a_payment,
    a_request,
    a_result,
    answered,
    asked,
    limits,
    seconds,
    stored,
    with_result,
)

from refunds.domain.attempt.conflicting_results import CONTRADICTIONS_MAX
from refunds.domain.attempt.external_refunds import is_known, record_external_refund
from refunds.domain.attempt.gateway_profiles import PROFILES, GatewayProfile, profile_of
from refunds.domain.attempt.gateway_result import ResultKind, Source
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.attempt.retry_policy import next_step
from refunds.domain.attempt.submission import begin_step
from refunds.domain.errors import AmountExceedsRefundable, RefundStillOpen
from refunds.domain.payment.attempt import Step
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import CONTRADICTED, MERGED, Decision, Payment, Refund, Work
from refunds.domain.payment.states import FINAL, RESERVATION_EFFECTS, ReservationEffect, Status
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.refund.status_explanation import explain
from refunds.texts.explanation_texts import because_of, next_of

DAY_S = 86_400
STRIPE, FISERV = PROFILES["stripe"], PROFILES["fiserv"]
EARLIER, LATER = NOW - seconds(60), NOW + seconds(60)


def texts_of(payment: Payment, refund: Refund, kind: ResultKind, at: datetime = NOW, **told: object) -> Decision:
    return record_gateway_result(payment, refund.attempts[-1].id, a_result(kind, **told), LIMITS, at, GATEWAY)


def begun(payment: Payment, refund: Refund, profile: GatewayProfile = STRIPE) -> tuple[Payment, Refund, Step | None]:
    assert refund.due_at is not None
    decision = begin_step(payment, refund.id, LIMITS, refund.due_at, profile)
    return stored(decision), decision.refund, decision.step


def submission(refund: Refund, number: int | None = None) -> dict[str, object]:
    return {"source": Source.SUBMISSION, "submission": number or refund.attempts[-1].tries}


def sent_twice() -> tuple[Payment, Refund]:
    """The answer to the first submission hangs, the lease has ended, and the second is under way."""
    payment, refund, step = begun(*asked(a_payment()))
    assert (step, refund.attempts[-1].tries) == (Step.SUBMIT, 2)
    return payment, refund


def is_reserved(payment: Payment) -> bool:
    return (payment.reserved_amount, payment.refunded_amount) == (60, 0)


# --- what was acknowledged once -------------------------------------------------------------------


@pytest.mark.parametrize("way", list(product([{}, {"gateway_refund_id": "gr_9"}], [ResultKind.PENDING])))
def test_acknowledged_refund_that_is_not_found_any_more_is_asked_for_ever_more_seldom_and_never_sent(
    way: tuple[dict[str, object], ResultKind],
) -> None:
    payment, refund = with_result(*asked(a_payment()), way[1], **way[0])
    waits = []

    for _ in range(40):
        payment, refund, step = begun(payment, refund)
        assert step is Step.ASK
        at = refund.due_at
        assert at is not None
        payment, refund = answered(payment, refund, ResultKind.NOT_FOUND, at)
        assert refund.due_at is not None
        waits.append((refund.due_at - at).total_seconds())

    assert (refund.status, refund.attempts[-1].tries) == (Status.UNKNOWN, 1)
    assert is_reserved(payment)
    assert waits == sorted(waits)
    assert waits[-1] == DAY_S


def test_acknowledged_and_missing_refund_explains_its_wait_and_what_a_person_must_do() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.PENDING, gateway_refund_id="gr_9")
    payment, refund = answered(payment, refund, ResultKind.NOT_FOUND)

    why = explain(payment, refund, LIMITS, NOW)

    assert why.waits_for is WaitsFor.OPERATOR
    assert "had acknowledged it as gr_9" in because_of(why)
    assert next_of(why).startswith("A person must act: ask sandbox what became of it.")


@pytest.mark.parametrize("kind", sorted(ResultKind))
@pytest.mark.parametrize("acknowledging", [ResultKind.PENDING, ResultKind.UNKNOWN])
def test_whatever_comes_after_an_acknowledgement_nothing_is_sent_again(
    kind: ResultKind, acknowledging: ResultKind
) -> None:
    payment, refund = with_result(*asked(a_payment()), acknowledging, gateway_refund_id="gr_9")

    for _ in range(3):
        payment, refund = with_result(payment, refund, kind)
        if refund.due_at is not None:
            payment, refund, step = begun(payment, refund)
            assert step is Step.ASK

    assert refund.attempts[-1].tries == 1


@pytest.mark.parametrize("known", [{"gateway_refund_id": "gr_9"}, {"outcome": "pending"}])
def test_acknowledgement_is_read_from_attempts_that_were_stored_before_it_was_kept(known: dict[str, str]) -> None:
    _, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE)
    old = replace(refund, attempts=(replace(refund.attempts[-1], first_sent_at=None, **known),))  # type: ignore[arg-type]

    assert next_step(old, LIMITS, STRIPE) is Step.ASK


def test_acknowledged_refund_that_comes_back_is_settled_and_is_missing_no_more() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.PENDING, gateway_refund_id="gr_9")
    payment, refund = answered(payment, refund, ResultKind.NOT_FOUND)

    payment, refund = answered(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_9")

    assert (refund.status, refund.attempts[-1].doubt) == (Status.COMPLETED, None)


# --- the lifetime of a key ------------------------------------------------------------------------


@pytest.mark.parametrize("profile", [STRIPE, FISERV])
def test_nothing_is_sent_again_once_the_gateway_may_have_forgotten_the_key(profile: GatewayProfile) -> None:
    payment, refund = asked(a_payment())
    last = seconds(profile.key_lifetime_s - LIMITS.gateway_lease_s)

    in_time = begin_step(payment, refund.id, LIMITS, NOW + last - seconds(1), profile)
    too_late = begin_step(payment, refund.id, LIMITS, NOW + last, profile)

    assert (in_time.step, too_late.step) == (Step.SUBMIT, Step.ASK)
    assert too_late.refund.attempts[-1].tries == 1


def test_age_of_a_key_counts_from_the_first_submission_that_may_have_arrived() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE, source=Source.SUBMISSION)
    away = replace(refund, due_at=NOW + seconds(DAY_S))
    payment = replace(payment, refunds=(away,))

    payment, refund, step = begun(payment, away, FISERV)
    assert step is Step.SUBMIT
    payment, refund = with_result(payment, refund, ResultKind.UNKNOWN, NOW + seconds(DAY_S))

    assert refund.attempts[-1].first_sent_at == NOW + seconds(DAY_S)
    payment, refund = answered(payment, refund, ResultKind.NOT_FOUND, NOW + seconds(DAY_S + 60))
    assert (refund.status, begun(payment, refund, FISERV)[2]) == (Status.GATEWAY_ERROR, Step.SUBMIT)


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
    assert "too old to be used again; no money moved" in decision.refund.status_reason.text


def test_after_a_crash_it_is_sent_without_asking_only_within_the_lifetime_of_its_key() -> None:
    payment, refund = asked(a_payment())
    assert (refund.status, refund.due_at) == (Status.PROCESSING, NOW + seconds(LIMITS.gateway_lease_s))

    soon = begin_step(payment, refund.id, LIMITS, NOW + seconds(60), FISERV)
    late = begin_step(payment, refund.id, LIMITS, NOW + seconds(600), FISERV)

    assert (soon.step, late.step) == (Step.SUBMIT, Step.ASK)
    why = explain(payment, refund, LIMITS, NOW + seconds(600), GatewayProfile(key_lifetime_s=40))
    assert "It is not sent again: sandbox recognizes its idempotency key for 40 s only" in because_of(why)


def test_key_of_an_attempt_stored_before_its_age_was_kept_is_as_old_as_its_refund() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNKNOWN)
    payment, refund = answered(payment, refund, ResultKind.NOT_FOUND)
    payment, refund, _ = begun(payment, refund)
    old = replace(refund.attempts[-1], first_sent_at=None, at=NOW + seconds(2 * DAY_S))
    refund = replace(refund, attempts=(old,), due_at=NOW + seconds(2 * DAY_S))

    assert old.tries == 2
    assert next_step(refund, LIMITS, STRIPE) is Step.ASK


def test_gateway_of_unknown_rules_is_taken_to_forget_keys_as_soon_as_the_soonest() -> None:
    assert profile_of("of_nobody").key_lifetime_s == min(profile.key_lifetime_s for profile in PROFILES.values())


# --- the step is decided once ---------------------------------------------------------------------


def test_no_submission_is_begun_beyond_the_budget() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE)
    spent = replace(refund.attempts[-1], tries=5, unsent=0)
    payment = replace(payment, refunds=(replace(refund, attempts=(spent,)),))
    assert refund.due_at is not None

    decision = begin_step(payment, refund.id, LIMITS, refund.due_at)

    assert (decision.step, decision.refund.attempts[-1].tries) == (Step.ASK, 5)


def test_after_a_crash_with_a_budget_of_one_submission_the_gateway_is_queried_and_gets_no_second() -> None:
    payment, refund = asked(a_payment())
    assert refund.due_at is not None

    decision = begin_step(payment, refund.id, limits(gateway_attempts_max=1), refund.due_at)

    assert (decision.step, decision.refund.attempts[-1].tries) == (Step.ASK, 1)


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
        assert next_step(refund, LIMITS, STRIPE) is Step.ASK


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


# --- success after failure ------------------------------------------------------------------------

FAILURES: dict[str, tuple[ResultKind, ...]] = {
    "refused": (ResultKind.REFUSED,),
    "called failed": (ResultKind.FAILED,),
    "came back": (ResultKind.SUCCEEDED, ResultKind.FAILED, ResultKind.FAILED),
}


def ended(by: str, amount: int = 60, **told: object) -> tuple[Payment, Refund]:
    """A refund that ended without money."""
    payment, refund = asked(a_payment(), amount)
    for kind in FAILURES[by]:
        is_asked = refund.attempts[-1].is_in_question
        payment, refund = (answered if is_asked else with_result)(payment, refund, kind, code="account_closed", **told)
    assert RESERVATION_EFFECTS[refund.status] is ReservationEffect.NOTHING
    return payment, refund


@pytest.mark.parametrize("by", sorted(FAILURES))
def test_success_after_failure_is_an_event_reserves_the_amount_and_is_asked_about_at_once(by: str) -> None:
    payment, refund = ended(by)

    decision = texts_of(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1")

    assert is_reserved(decision.payment)
    assert (decision.refund.due_at, decision.refund.due_for) == (NOW, Work.GATEWAY)
    assert [event.type for event in decision.payment.events] == [EventType.REFUND_CONTRADICTED]
    assert begun(stored(decision), decision.refund)[2] is Step.ASK
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
    assert begun(stored(first), first.refund)[2] is Step.ASK


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
        assert (step, at is not None) == (Step.ASK, True)
        assert at is not None
        payment, refund = answered(payment, refund, answer, at)
        assert refund.due_at is not None
        waits.append((refund.due_at - at).total_seconds())

    assert (refund.status, payment.refunded_amount) == (Status.COMPLETED, 60)
    assert waits == sorted(waits)
    assert waits[-1] == DAY_S


# --- one movement, two names ----------------------------------------------------------------------


def external(payment: Payment, name: str, amount: int = 60, kind: ResultKind = ResultKind.SUCCEEDED) -> Decision:
    result = a_result(kind, gateway_refund_id=name, amount=amount)
    return record_external_refund(payment, f"ref_of_{name}", result, "EUR", LIMITS, NOW, GATEWAY)


def booked_twice(status: Status = Status.GATEWAY_PENDING) -> tuple[Payment, Refund]:
    """A refund of ours, and its movement in the books a second time as made at the gateway, as by earlier versions."""
    payment, refund = ended("refused")
    payment = stored(external(payment, "gr_77"))
    attempt = replace(refund.attempts[-1], outcome="open" if status is not Status.FAILED else "refused")
    before = replace(refund, status=status, attempts=(attempt,), status_reason=None)
    if status not in FINAL:
        before = replace(before, due_at=NOW, due_for=Work.GATEWAY)
        payment = replace(payment, captured_amount=200, reserved_amount=60)
    return replace(payment, refunds=(before, payment.refunds[1])), before


@pytest.mark.parametrize("status", [Status.PROCESSING, Status.GATEWAY_PENDING, Status.GATEWAY_ERROR, Status.UNKNOWN])
@pytest.mark.parametrize("source", sorted(Source))
def test_external_refund_that_proves_to_be_ours_is_counted_once(status: Status, source: Source) -> None:
    payment, refund = booked_twice(status)

    decision = texts_of(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77", source=source)

    ours, twin = decision.payment.refunds
    assert (ours.status, ours.due_at, ours.attempts[-1].gateway_refund_id) == (Status.COMPLETED, None, "gr_77")
    assert (twin.status, twin.attempts[-1].gateway_refund_id, twin.due_at) == (Status.REVERSED, "", None)
    assert twin.status_reason is not None
    assert (twin.status_reason.code, ours.id in twin.status_reason.text) == (MERGED, True)
    assert (decision.payment.reserved_amount, decision.payment.refunded_amount) == (0, 60)
    assert [event.type for event in decision.payment.events] == [
        EventType.REFUND_REVERSED,
        EventType.REFUND_COMPLETED,
    ]
    assert explain(stored(decision), twin, LIMITS, NOW).waits_for is WaitsFor.NOTHING


def test_ended_refund_whose_movement_was_recorded_as_external_takes_it_back_and_is_queried() -> None:
    payment, refund = booked_twice(Status.FAILED)

    payment, refund = with_result(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77")
    assert is_reserved(payment)
    payment, refund = answered(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77")

    assert (refund.status, payment.refunded_amount) == (Status.COMPLETED, 60)


@pytest.mark.parametrize("kind", [ResultKind.FAILED, ResultKind.PENDING, ResultKind.UNKNOWN])
def test_if_results_of_twin_refunds_differ_the_gateway_is_queried_at_once(kind: ResultKind) -> None:
    payment, refund = booked_twice()

    payment, refund = with_result(payment, refund, kind, gateway_refund_id="gr_77")

    assert (refund.status, refund.due_at) == (Status.UNKNOWN, NOW)
    assert is_reserved(payment)


def test_external_refund_that_was_reversed_is_queried_before_it_is_counted() -> None:
    payment, refund = booked_twice()
    payment, twin = with_result(payment, payment.refunds[1], ResultKind.FAILED)
    payment, twin = answered(payment, twin, ResultKind.FAILED)
    assert twin.status is Status.REVERSED

    payment, refund = with_result(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77")

    assert (refund.status, refund.due_at, payment.refunded_amount) == (Status.UNKNOWN, NOW, 0)


def test_second_id_of_the_same_movement_is_known_from_then_on() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.PENDING, gateway_refund_id="req_1")
    payment, refund = with_result(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77")

    for name in ("req_1", "gr_77"):
        decision = external(payment, name)
        assert (decision.refund.id, len(decision.payment.refunds)) == (refund.id, 1)
    assert refund.attempts[-1].gateway_refund_id == "gr_77"


def test_our_success_without_an_id_is_queried_before_an_equal_external_refund_is_recorded() -> None:
    payment, refund = with_result(*asked(a_payment(), 30), ResultKind.SUCCEEDED)

    decision = external(payment, "gr_77", 30)
    assert (is_known(decision.refund, "gr_77"), decision.refund.id, decision.refund.due_at) == (False, refund.id, NOW)

    payment, refund = answered(stored(decision), decision.refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1")
    assert refund.due_at is None
    assert external(payment, "gr_1", 30).payment.refunded_amount == 30
    assert external(payment, "gr_77", 30).payment.refunded_amount == 60


def test_gateway_that_never_names_its_refunds_does_not_keep_others_out_for_ever() -> None:
    payment, refund = with_result(*asked(a_payment(), 30), ResultKind.SUCCEEDED)

    for _ in range(CONTRADICTIONS_MAX):
        payment = stored(external(payment, "gr_77", 30))
        payment, refund = answered(payment, payment.refund(refund.id), ResultKind.SUCCEEDED)

    assert external(payment, "gr_77", 30).payment.refunded_amount == 60


def test_202_with_an_id_and_a_webhook_without_our_reference_are_one_refund() -> None:
    payment, refund = with_result(*asked(a_payment(), 30), ResultKind.PENDING, gateway_refund_id="gr_77")

    decision = external(payment, "gr_77", 30)

    assert (decision.refund.id, decision.payment.refunded_amount, len(decision.payment.refunds)) == (refund.id, 30, 1)


def test_202_without_an_id_keeps_a_movement_like_it_out_until_it_has_ended() -> None:
    payment, _ = with_result(*asked(a_payment(), 30), ResultKind.PENDING)

    with pytest.raises(RefundStillOpen):
        external(payment, "gr_77", 30)
