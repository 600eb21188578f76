"""Gateways' results in any order, twice or late: none is lost, and none counts for more than it states."""

from dataclasses import replace
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

from refunds.domain.attempt.external_refunds import EXTERNAL_REFUNDS_MAX, record_external_refund
from refunds.domain.attempt.result_recording import (
    RETRY_AFTER_MAX_S,
    ResultKind,
    Step,
    begin_step,
    next_step,
    record_gateway_result,
)
from refunds.domain.errors import (
    AmountExceedsRefundable,
    ContentUnreadable,
    CurrencyMismatch,
    InvalidInput,
    RefundStillOpen,
    TooManyRefunds,
    TransitionNotAllowed,
)
from refunds.domain.invalid_input import MovedAmountMissing
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import Decision, Payment, Refund, Work
from refunds.domain.payment.states import FINAL, RESERVATION_EFFECTS, ReservationEffect, Status
from refunds.domain.refund.lifecycle import cancel_refund, request_refund

ANSWERS = {
    ResultKind.SUCCEEDED: Status.COMPLETED,
    ResultKind.PENDING: Status.GATEWAY_PENDING,
    ResultKind.REFUSED: Status.FAILED,
    ResultKind.FAILED: Status.FAILED,
    ResultKind.UNAVAILABLE: Status.GATEWAY_ERROR,
    ResultKind.UNKNOWN: Status.UNKNOWN,
    ResultKind.NOT_FOUND: Status.UNKNOWN,
}
"""The status of a refund under submission after each result."""

WAYS: dict[Status, tuple[ResultKind, ...]] = {
    Status.PROCESSING: (),
    Status.GATEWAY_PENDING: (ResultKind.PENDING,),
    Status.GATEWAY_ERROR: (ResultKind.UNAVAILABLE,),
    Status.UNKNOWN: (ResultKind.UNKNOWN,),
    Status.COMPLETED: (ResultKind.SUCCEEDED,),
    Status.FAILED: (ResultKind.REFUSED,),
    Status.REVERSED: (ResultKind.SUCCEEDED, ResultKind.FAILED, ResultKind.FAILED),
}
"""Results that bring a refund into each status; a contradiction is queried, and the last result is the answer."""

CONTRADICTING = {
    (Status.COMPLETED, ResultKind.FAILED),
    (Status.FAILED, ResultKind.SUCCEEDED),
    (Status.FAILED, ResultKind.PENDING),
    (Status.REVERSED, ResultKind.SUCCEEDED),
}
"""Results opposite to the status that a refund ended in (FAILED by a refusal, so that pending is one, too)."""


def refund_in(status: Status, payment: Payment | None = None, amount: int = 60) -> tuple[Payment, Refund]:
    payment, refund = asked(payment or a_payment(), amount)
    for kind in WAYS[status]:
        is_asked = refund.attempts[-1].is_in_question
        payment, refund = (answered if is_asked else with_result)(payment, refund, kind)
    assert refund.status is status
    return payment, refund


def with_refund_of(payment: Payment, refund: Refund) -> tuple[Payment, Refund]:
    """The payment with its only refund written over."""
    return replace(payment, refunds=(refund,)), refund


def said(payment: Payment, refund: Refund, kind: ResultKind, **told: object) -> Decision:
    return record_gateway_result(payment, refund.attempts[-1].id, a_result(kind, **told), LIMITS, NOW, GATEWAY)


def begun(payment: Payment, refund: Refund) -> tuple[Payment, Refund]:
    assert refund.due_at is not None
    decision = begin_step(payment, refund.id, LIMITS, refund.due_at)
    assert not decision.replayed
    return stored(decision), decision.refund


def unanswered_on_every_submission(**told: object) -> tuple[Payment, Refund]:
    """A refund whose submissions were all unanswered; the last one is still to be queried."""
    payment, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.UNKNOWN, **told)
    for _ in range(LIMITS.gateway_attempts_max - 1):
        payment, refund = with_result(*begun(payment, refund), ResultKind.NOT_FOUND)
        payment, refund = with_result(*begun(payment, refund), ResultKind.UNKNOWN, **told)
    return payment, refund


def external(
    payment: Payment,
    *,
    name: str = "gr_9",
    amount: int | None = 30,
    currency: str = "EUR",
    kind: ResultKind = ResultKind.SUCCEEDED,
) -> Decision:
    result = a_result(kind, gateway_refund_id=name, amount=amount)
    return record_external_refund(payment, f"ref_adopted_{name}", result, currency, LIMITS, NOW, GATEWAY)


# --- every word in every status -----------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_an_answer_to_a_submission_leads_to_its_status(kind: ResultKind) -> None:
    _, refund = with_result(*refund_in(Status.PROCESSING), kind)

    assert refund.status is ANSWERS[kind]


@pytest.mark.parametrize(("status", "kind"), list(product(sorted(WAYS), sorted(ResultKind))))
def test_after_every_result_in_every_status_the_amounts_are_those_of_the_statuses(
    status: Status, kind: ResultKind
) -> None:
    payment, refund = with_result(*refund_in(status), kind)

    assert payment.reserved_amount == (60 if RESERVATION_EFFECTS[refund.status] is ReservationEffect.RESERVED else 0)
    assert payment.refunded_amount == (60 if RESERVATION_EFFECTS[refund.status] is ReservationEffect.REFUNDED else 0)


@pytest.mark.parametrize(("status", "kind"), list(product(sorted(WAYS), sorted(ResultKind))))
def test_after_every_result_a_refund_is_final_or_has_the_moment_of_its_next_call(
    status: Status, kind: ResultKind
) -> None:
    _, refund = with_result(*refund_in(status), kind)

    if refund.status in FINAL and (status, kind) not in CONTRADICTING:
        assert (refund.due_at, refund.due_for) == (None, None)
    else:
        assert refund.due_for is Work.GATEWAY
        assert refund.due_at is not None


@pytest.mark.parametrize(
    ("status", "kind"), list(product([Status.COMPLETED, Status.FAILED, Status.REVERSED], sorted(ResultKind)))
)
def test_a_final_status_is_never_overwritten_but_by_the_late_failure(status: Status, kind: ResultKind) -> None:
    payment, refund = refund_in(status)

    decision = said(payment, refund, kind)

    is_contradiction = (status, kind) in CONTRADICTING
    is_held = RESERVATION_EFFECTS[decision.refund.status] is not ReservationEffect.NOTHING
    assert decision.refund.due_at == (NOW if is_contradiction else None)
    assert decision.refund.status is status or (is_contradiction and is_held)
    assert [event.type for event in decision.payment.events] == [EventType.REFUND_CONTRADICTED] * is_contradiction


@pytest.mark.parametrize(("status", "kind"), list(product(sorted(WAYS), sorted(ResultKind))))
def test_a_repeated_result_emits_no_second_event_and_moves_nothing(status: Status, kind: ResultKind) -> None:
    payment, refund = with_result(*refund_in(status), kind)

    again = said(payment, refund, kind)

    if again.refund.status is refund.status:
        assert again.payment.events == ()
        assert again.payment.reserved_amount == payment.reserved_amount
        assert again.payment.refunded_amount == payment.refunded_amount
    else:
        assert (refund.status, kind) == (Status.UNKNOWN, ResultKind.NOT_FOUND)


@pytest.mark.parametrize("kind", sorted(ResultKind))
def test_unknown_is_never_treated_as_failed(kind: ResultKind) -> None:
    _, refund = with_result(*refund_in(Status.UNKNOWN), kind)

    assert (refund.status is Status.FAILED) is (kind in (ResultKind.REFUSED, ResultKind.FAILED))


# --- unknown outcomes ----------------------------------------------------------------------------


def test_a_lost_answer_keeps_the_amount_and_is_asked_for_soon() -> None:
    payment, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.UNKNOWN)

    assert (refund.status, payment.reserved_amount) == (Status.UNKNOWN, 60)
    assert refund.due_at == NOW + seconds(30)
    assert next_step(refund, LIMITS) is Step.ASK


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

    assert (after.status, next_step(after, LIMITS), after.due_at) == (Status.GATEWAY_ERROR, Step.SUBMIT, NOW)
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
    assert refund.status_reason.text == "The gateway took none of 5 tries."
    assert (refund.attempts[-1].error_code, refund.attempts[-1].error_raw) == ("gateway_unavailable", "no_answer")


def test_after_the_last_submission_an_unanswered_query_leaves_the_outcome_unknown() -> None:
    _, refund = with_result(*begun(*unanswered_on_every_submission()), ResultKind.UNKNOWN)

    assert refund.status is Status.UNKNOWN


def test_a_refusal_because_it_is_refunded_already_is_asked_for_and_not_believed() -> None:
    payment, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.REFUSED, code="already_refunded")

    assert (refund.status, payment.reserved_amount) == (Status.UNKNOWN, 60)
    assert next_step(refund, LIMITS) is Step.ASK


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
        if step is Step.SUBMIT:
            payment, refund = with_result(payment, refund, ResultKind.REFUSED, code="already_refunded")
        else:
            payment, refund = with_result(payment, refund, ResultKind.NOT_FOUND)

    assert refund.status is Status.FAILED


# --- what webhooks bring -------------------------------------------------------------------------


def test_a_webhook_without_the_gateways_id_and_a_later_one_with_it_are_both_kept() -> None:
    payment, refund = with_result(*refund_in(Status.UNKNOWN), ResultKind.PENDING)
    assert refund.attempts[-1].gateway_refund_id == ""

    payment, refund = with_result(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1", arn="arn_1")

    assert (refund.attempts[-1].gateway_refund_id, refund.arn) == ("gr_1", "arn_1")
    _, refund = with_result(payment, refund, ResultKind.SUCCEEDED)
    assert (refund.attempts[-1].gateway_refund_id, refund.arn) == ("gr_1", "arn_1")


def test_an_id_that_comes_after_the_end_is_stored_without_an_event() -> None:
    payment, refund = refund_in(Status.COMPLETED)

    decision = said(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1", arn="arn_1")

    assert (decision.refund.attempts[-1].gateway_refund_id, decision.refund.arn) == ("gr_1", "arn_1")
    assert decision.payment.events == ()


def test_the_id_of_a_refund_that_has_ended_is_not_written_over() -> None:
    payment, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.SUCCEEDED, gateway_refund_id="gr_1")

    decision = said(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_other")

    assert decision.refund.attempts[-1].gateway_refund_id == "gr_1"


def test_a_first_result_that_is_already_success_completes_the_refund() -> None:
    _, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.SUCCEEDED)

    assert refund.status is Status.COMPLETED


def test_a_webhook_before_the_answer_and_the_answer_after_it_count_once() -> None:
    payment, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.SUCCEEDED, gateway_refund_id="gr_1")

    for late in (ResultKind.PENDING, ResultKind.UNKNOWN, ResultKind.UNAVAILABLE, ResultKind.SUCCEEDED):
        payment, refund = with_result(payment, refund, late)

    assert (refund.status, payment.refunded_amount) == (Status.COMPLETED, 60)


def test_a_late_failure_gives_the_balance_back_so_that_it_can_be_refunded_again() -> None:
    payment, refund = with_result(*asked(a_payment(), 100), ResultKind.SUCCEEDED)

    decision = said(payment, refund, ResultKind.FAILED, code="account_closed")
    assert (decision.refund.status, decision.payment.refundable_amount) == (Status.COMPLETED, 0)
    assert [event.type for event in decision.payment.events] == [EventType.REFUND_CONTRADICTED]
    assert decision.refund.due_at == NOW

    payment, refund = answered(stored(decision), decision.refund, ResultKind.FAILED, code="account_closed")
    assert (refund.status, refund.due_at, payment.refundable_amount) == (Status.REVERSED, None, 100)
    assert refund.status_reason is not None
    assert refund.status_reason.code == "account_closed"
    assert request_refund(payment, a_request(100), LIMITS, NOW).refund.amount == 100


def test_a_result_of_another_amount_is_refused() -> None:
    payment, refund = refund_in(Status.PROCESSING)

    with pytest.raises(InvalidInput):
        said(payment, refund, ResultKind.SUCCEEDED, amount=59)
    assert said(payment, refund, ResultKind.SUCCEEDED, amount=60).refund.status is Status.COMPLETED


def test_a_result_of_another_currency_is_refused() -> None:
    payment, refund = refund_in(Status.PROCESSING)

    with pytest.raises(InvalidInput):
        said(payment, refund, ResultKind.SUCCEEDED, amount=60, currency="JPY")
    assert said(payment, refund, ResultKind.SUCCEEDED, amount=60, currency="EUR").refund.status is Status.COMPLETED


def test_a_result_of_an_attempt_that_is_not_of_this_payment_is_refused() -> None:
    payment, _ = refund_in(Status.PROCESSING)

    with pytest.raises(InvalidInput):
        record_gateway_result(payment, "att_of_another", a_result(ResultKind.SUCCEEDED), LIMITS, NOW, GATEWAY)


def test_a_canceled_refund_has_no_attempt_that_a_gateway_could_speak_of() -> None:
    payment, refund = asked(a_payment(), 60, is_reviewed_now=False)
    decision = cancel_refund(payment, refund.id, NOW, "usr_asker")

    assert decision.refund.attempts == ()


# --- refunds made at the gateway -----------------------------------------------------------------


def test_a_refund_made_at_the_gateway_is_taken_into_the_books_once() -> None:
    first = external(a_payment())
    second = external(stored(first))

    assert (first.refund.status, first.payment.refunded_amount) == (Status.COMPLETED, 30)
    assert first.refund.idempotency_key == "adopted:sandbox:gr_9"
    assert [event.type for event in first.payment.events] == [EventType.EXTERNAL_REFUND_RECORDED]
    assert second.replayed
    assert second.payment.refunded_amount == 30


def test_an_external_refund_that_fails_later_releases_its_amount() -> None:
    payment = stored(external(a_payment()))

    decision = external(payment, kind=ResultKind.FAILED)
    assert (decision.refund.due_at, decision.payment.refundable_amount) == (NOW, 70)

    payment, refund = answered(stored(decision), decision.refund, ResultKind.FAILED)

    assert (refund.status, payment.refundable_amount) == (Status.REVERSED, 100)


def test_a_webhook_without_our_reference_finds_our_refund_by_the_gateways_id() -> None:
    payment, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.PENDING, gateway_refund_id="gr_1")

    decision = external(payment, name="gr_1", amount=60)

    assert (decision.refund.id, decision.refund.status) == (refund.id, Status.COMPLETED)
    assert len(decision.payment.refunds) == 1


def test_a_webhook_without_any_id_is_refused() -> None:
    payment, _ = refund_in(Status.PROCESSING)

    with pytest.raises(InvalidInput):
        external(payment, name="", amount=60)


@pytest.mark.parametrize("name", ["", "gr_1"])
@pytest.mark.parametrize("status", sorted(status for status in WAYS if status not in FINAL))
def test_what_may_be_our_own_open_refund_is_not_recorded_as_external_before_that_has_ended(
    status: Status, name: str
) -> None:
    payment, refund = refund_in(status, amount=30)
    named = replace(refund.attempts[-1], gateway_refund_id=name)
    payment, refund = with_refund_of(payment, replace(refund, attempts=(named,)))

    with pytest.raises(RefundStillOpen) as refused:
        external(payment)

    assert refused.value.refund_id == refund.id
    payment, _ = with_result(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1")
    assert external(payment).payment.refunded_amount == 60


@pytest.mark.parametrize("kind", sorted(frozenset(ResultKind) - {ResultKind.SUCCEEDED}))
def test_only_success_is_recorded_as_external(kind: ResultKind) -> None:
    with pytest.raises(InvalidInput):
        external(a_payment(), kind=kind)


@pytest.mark.parametrize("amount", [None, 0, -5])
def test_success_without_a_positive_amount_is_no_news_of_any_refund(amount: int | None) -> None:
    for currency in ("EUR", "JPY", ""):
        with pytest.raises(MovedAmountMissing):
            external(a_payment(), amount=amount, currency=currency)


def test_success_without_an_amount_may_be_of_a_refund_of_ours_that_is_not_named_yet() -> None:
    payment, refund = refund_in(Status.GATEWAY_PENDING, amount=80)

    with pytest.raises(RefundStillOpen) as refused:
        external(payment, name="gr_other", amount=None)
    with pytest.raises(ContentUnreadable):
        external(payment, name="gr_other", amount=0)

    assert refused.value.refund_id == refund.id


def test_another_currency_is_not_recorded_as_external() -> None:
    with pytest.raises(CurrencyMismatch):
        external(a_payment(), currency="JPY")


def test_more_than_is_left_is_not_recorded_as_external() -> None:
    payment, _ = refund_in(Status.GATEWAY_PENDING, amount=80)

    with pytest.raises(AmountExceedsRefundable) as refused:
        external(payment)

    assert refused.value.pointer == "/data/amount"


def test_external_refunds_of_one_payment_are_bounded() -> None:
    payment = a_payment(2 * EXTERNAL_REFUNDS_MAX)
    for number in range(EXTERNAL_REFUNDS_MAX):
        payment = stored(external(payment, name=f"gr_{number}", amount=1))

    with pytest.raises(TooManyRefunds):
        external(payment, name="gr_one_more", amount=1)
    assert external(payment, name="gr_7", amount=1).replayed


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
    assert next_step(refund, LIMITS) is Step.ASK


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
    assert (raw_code or "without a code") in ended.status_reason.text
    assert "ask the gateway" in ended.status_reason.text
