"""Gateways' results in any order, twice or late: none is lost, and none counts for more than it states."""

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
    stored,
    with_result,
)
from tests.unit.attempt.results.result_steps import ANSWERS, CONTRADICTING, WAYS, refund_in, said

from refunds.domain.attempt.result_recording import (
    ResultKind,
    record_gateway_result,
)
from refunds.domain.errors import (
    InvalidInput,
)
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import Work
from refunds.domain.payment.states import FINAL, RESERVATION_EFFECTS, ReservationEffect, Status
from refunds.domain.refund.lifecycle import cancel_refund, request_refund

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
