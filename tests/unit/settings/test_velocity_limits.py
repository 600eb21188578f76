"""At most so much of a payment is refunded in 24 hours and in 7 days: counted, refused, explained."""

from datetime import datetime, timedelta

import pytest
from tests.support.copies import replace
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import (
    LIMITS,
    NOW,
    a_payment,
    a_request,
    an_approval,
    answered,
    asked,
    limits,
    paid_by,
    stored,
    with_result,
)
from tests.unit.settings.debit_refunds import TIGHT, by_debit_card, taken

from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.eligibility.broken_rules import AmountAboveVelocityLimit, VelocityLimitExceeded, VelocityLimitUsedUp
from refunds.domain.eligibility.velocity_limits import DAY, WEEK, ExceededLimit, exceeded_limit, velocity_limits
from refunds.domain.payment.payment import MethodType, Payment
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import (
    cancel_refund,
    reject_refund,
    request_refund,
    review_refund,
    submit_refund,
)
from refunds.domain.settings.refund_policy import Limits
from refunds.texts.problem_texts import message_of

HOUR = timedelta(hours=1)

MOMENT = timedelta(milliseconds=1)


def room(payment: Payment, amount: int, at: datetime = NOW, within: Limits = TIGHT) -> ExceededLimit | None:
    return exceeded_limit(payment, "", amount, within, at)


@pytest.mark.parametrize("method", sorted(MethodType))
def test_without_any_parameter_debit_cards_alone_have_limits(method: MethodType) -> None:
    found = [(limit.span, limit.most, limit.parameter) for limit in velocity_limits(paid_by(method), LIMITS)]

    assert found == (
        [(DAY, 1_000_000, "debit_card_daily_max"), (WEEK, 2_000_000, "debit_card_weekly_max")]
        if method is MethodType.DEBIT_CARD
        else []
    )


def test_limits_of_all_methods_hold_for_every_method_and_the_lower_one_for_debit_cards() -> None:
    within = limits(refund_daily_max=whole(50), refund_weekly_max=whole(10**6))

    assert [limit.most for limit in velocity_limits(a_payment(), within)] == [5_000, 10**8]
    assert [(limit.most, limit.parameter) for limit in velocity_limits(by_debit_card(), within)] == [
        (5_000, "refund_daily_max"),
        (2_000_000, "debit_card_weekly_max"),
    ]


@pytest.mark.parametrize(("currency", "unit"), [("JPY", 1), ("EUR", 100), ("KWD", 1000), ("CLF", 10_000)])
def test_exactly_the_limit_is_given_and_one_minor_unit_more_is_refused(currency: str, unit: int) -> None:
    payment = by_debit_card(10**9, currency=currency)
    within = replace(TIGHT, auto_approval_below=whole(1_000))
    payment, _ = taken(payment, 60 * unit, within=within)

    assert taken(payment, 40 * unit, within=within)[1].status is Status.PROCESSING
    with pytest.raises(VelocityLimitExceeded):
        taken(payment, 40 * unit + 1, within=within)


def test_room_of_a_day_comes_again_exactly_24_hours_later() -> None:
    payment, _ = taken(by_debit_card(), 10_000)

    with pytest.raises(VelocityLimitExceeded):
        taken(payment, 1, NOW + DAY - MOMENT)
    assert taken(payment, 10_000, NOW + DAY)[1].status is Status.PROCESSING


def test_room_of_a_week_comes_again_exactly_seven_days_later() -> None:
    payment = by_debit_card()
    for day in range(2):
        payment, _ = taken(payment, 10_000, NOW + day * DAY)
    payment, _ = taken(payment, 5_000, NOW + 2 * DAY)

    with pytest.raises(VelocityLimitUsedUp) as refused:
        taken(payment, 1, NOW + WEEK - MOMENT)
    assert "The limit for refunds of one payment by debit card is 250.00 EUR in 7 days." in message_of(refused.value)
    assert taken(payment, 10_000, NOW + WEEK)[1].status is Status.PROCESSING


def test_refusal_has_the_limit_what_was_used_and_when_it_fits_again() -> None:
    payment, _ = taken(by_debit_card(), 3_000, NOW - 5 * HOUR)
    payment, _ = taken(payment, 6_500, NOW - 2 * HOUR + MOMENT)

    with pytest.raises(VelocityLimitExceeded) as refused:
        taken(payment, 4_000)

    assert refused.value.pointer == "/amount"
    assert message_of(refused.value) == (
        "The limit for refunds of one payment by debit card is 100.00 EUR in 24 hours. Of this limit, 95.00 EUR is "
        "used and 5.00 EUR is left, but the refund was requested for 40.00 EUR. The parameter debit_card_daily_max "
        "sets this limit. Request a smaller amount, or wait until 2026-03-03 10:00:01 UTC, or ask an administrator to "
        "raise debit_card_daily_max."
    )
    assert taken(payment, 3_400, NOW - 5 * HOUR + DAY)[1].status is Status.PROCESSING


def test_more_than_the_limit_itself_never_gets_room() -> None:
    found = room(by_debit_card(), 10_001)

    assert found is not None
    assert (found.used, found.left, found.room_at) == (0, 10_000, None)
    with pytest.raises(AmountAboveVelocityLimit) as refused:
        taken(by_debit_card(), 10_001)
    assert "The requested amount is larger than the whole limit" in message_of(refused.value)


def test_of_two_exceeded_limits_the_one_that_fits_last_is_reported() -> None:
    payment, _ = taken(by_debit_card(), 10_000, NOW - 4 * DAY)
    payment, _ = taken(payment, 10_000, NOW - 2 * DAY)
    payment, _ = taken(payment, 5_000, NOW - HOUR)

    found = room(payment, 6_000)

    assert found is not None
    assert (found.limit.span, found.room_at) == (WEEK, NOW + 3 * DAY)


def test_refunds_that_end_without_money_make_room_at_once() -> None:
    payment, refused = taken(by_debit_card(), 10_000)
    payment, _ = with_result(payment, refused, ResultKind.REFUSED)
    payment, waits = taken(payment, 10_000, within=replace(TIGHT, auto_approval_below=whole(0)))
    payment = stored(reject_refund(payment, waits.id, an_approval("usr_a", "rejected"), NOW))
    payment, unreviewed = taken(payment, 10_000, is_reviewed_now=False)
    payment = stored(cancel_refund(payment, unreviewed.id, NOW, "usr_asker"))
    payment, reversed_ = taken(payment, 10_000)
    payment, _ = with_result(payment, reversed_, ResultKind.SUCCEEDED)
    payment, reversed_ = with_result(payment, reversed_, ResultKind.FAILED)
    payment, _ = answered(payment, reversed_, ResultKind.FAILED)

    assert taken(payment, 10_000)[1].status is Status.PROCESSING


@pytest.mark.parametrize("kind", [ResultKind.PENDING, ResultKind.UNAVAILABLE, ResultKind.UNKNOWN, ResultKind.SUCCEEDED])
def test_refunds_whose_money_moved_or_may_move_are_counted(kind: ResultKind) -> None:
    payment, refund = taken(by_debit_card(), 10_000)
    payment, _ = with_result(payment, refund, kind)

    with pytest.raises(VelocityLimitExceeded):
        taken(payment, 1)


def test_draft_counts_from_the_moment_when_it_is_submitted() -> None:
    payment, old = taken(by_debit_card(), 10_000, NOW - 3 * DAY, is_submitted=False)
    payment, other = taken(payment, 10_000, NOW - 3 * DAY, is_submitted=False)
    payment = stored(submit_refund(payment, old.id, TIGHT, NOW, "usr_asker"))

    with pytest.raises(VelocityLimitUsedUp, match="room_at=2026-03-03 12:00:00"):
        submit_refund(payment, other.id, TIGHT, NOW + HOUR, "usr_asker")

    assert payment.refund(other.id).status is Status.DRAFT
    assert submit_refund(payment, other.id, TIGHT, NOW + DAY, "usr_asker").refund.status is Status.PROCESSING


def test_refund_that_a_clock_before_ours_has_dated_later_is_counted() -> None:
    payment, _ = taken(by_debit_card(), 10_000, NOW + 3 * MOMENT)

    with pytest.raises(VelocityLimitExceeded):
        taken(payment, 1, NOW)


def test_refund_waiting_for_its_review_does_not_count_against_itself() -> None:
    payment, refund = taken(by_debit_card(), 10_000, is_reviewed_now=False)

    assert review_refund(payment, refund.id, TIGHT, NOW + HOUR, "system").refund.status is Status.PROCESSING


def test_other_methods_are_refunded_without_any_limit_of_a_day() -> None:
    payment, refund = asked(a_payment(10**9), 10**8 - 1)

    assert refund.status in (Status.PROCESSING, Status.PENDING_APPROVAL)
    assert request_refund(payment, a_request(10**8), LIMITS, NOW).refund.status is Status.PENDING_APPROVAL
