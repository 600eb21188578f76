"""Which requests for refunds are accepted, and what they reserve."""

import pytest
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import (
    LIMITS,
    NOW,
    a_payment,
    a_request,
    asked,
    limits,
    paid_by,
    seconds,
    stored,
)

from refunds.domain.errors import (
    AmountExceedsRefundable,
    AmountNotPositive,
    CurrencyMismatch,
    LineItemsDoNotSum,
    NothingLeftToRefund,
    TooManyEndedRefunds,
    TooManyRefunds,
)
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import LineItem, MethodType, Work
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import (
    ENDED_REFUNDS_MAX,
    cancel_refund,
    request_refund,
)
from refunds.texts.problem_texts import message_of


def test_a_request_reserves_its_amount_and_plans_its_one_attempt_before_anything_is_sent() -> None:
    decision = request_refund(a_payment(), a_request(60), LIMITS, NOW)

    refund = decision.refund
    assert (decision.payment.reserved_amount, decision.payment.refundable_amount) == (60, 40)
    assert refund.status is Status.PROCESSING
    assert [(attempt.tries, attempt.outcome) for attempt in refund.attempts] == [(1, "open")]
    assert (refund.due_for, refund.due_at) == (Work.GATEWAY, NOW + seconds(LIMITS.gateway_lease_s))
    assert [event.type for event in decision.payment.events] == [EventType.REFUND_REQUESTED, EventType.REFUND_READY]


def test_second_refund_over_the_captured_amount_is_refused() -> None:
    payment, _ = asked(a_payment(100), 60)

    with pytest.raises(AmountExceedsRefundable) as refused:
        request_refund(payment, a_request(60), LIMITS, NOW)

    assert (refused.value.asked, refused.value.refundable, refused.value.currency) == (60, 40, "EUR")


def test_exactly_the_remaining_amount_is_given() -> None:
    payment, _ = asked(a_payment(17925), 8999)

    decision = request_refund(payment, a_request(8926), LIMITS, NOW)

    assert decision.payment.refundable_amount == 0


def test_one_minor_unit_over_the_remaining_amount_is_refused() -> None:
    payment, _ = asked(a_payment(17925), 8999)

    with pytest.raises(AmountExceedsRefundable):
        request_refund(payment, a_request(8927), LIMITS, NOW)


def test_without_an_amount_all_that_is_left_is_asked() -> None:
    payment, _ = asked(a_payment(100), 60)

    assert request_refund(payment, a_request(None), LIMITS, NOW).refund.amount == 40


@pytest.mark.parametrize("amount", [None, 1])
def test_of_a_payment_with_nothing_left_nothing_is_given(amount: int | None) -> None:
    payment, _ = asked(a_payment(100), 100)

    with pytest.raises(NothingLeftToRefund):
        request_refund(payment, a_request(amount), LIMITS, NOW)


@pytest.mark.parametrize("amount", [0, -1, -100])
def test_amounts_are_at_least_one_minor_unit(amount: int) -> None:
    with pytest.raises(AmountNotPositive):
        request_refund(a_payment(), a_request(amount), LIMITS, NOW)


def test_a_refund_is_in_the_currency_of_its_payment() -> None:
    assert request_refund(a_payment(), a_request(currency="EUR"), LIMITS, NOW).refund.amount == 60
    with pytest.raises(CurrencyMismatch):
        request_refund(a_payment(), a_request(currency="USD"), LIMITS, NOW)


def test_line_items_sum_to_the_amount_exactly() -> None:
    items = (LineItem(id="a", amount=33, tax_amount=3), LineItem(id="b", amount=27))

    assert request_refund(a_payment(), a_request(60, line_items=items), LIMITS, NOW).refund.line_items == items
    with pytest.raises(LineItemsDoNotSum):
        request_refund(a_payment(), a_request(61, line_items=items), LIMITS, NOW)


def test_a_payment_has_at_most_as_many_refunds_as_its_parameter_allows() -> None:
    within = limits(refunds_per_payment_max=3)
    payment = a_payment(100)
    for _ in range(3):
        payment = stored(request_refund(payment, a_request(10), within, NOW))

    with pytest.raises(TooManyRefunds):
        request_refund(payment, a_request(10), within, NOW)

    assert len(payment.refunds) == 3


def test_refunds_that_ended_without_money_take_no_place_of_those_that_may_go_out() -> None:
    """13: only what holds or has moved money, or may yet, is counted; 18: the last one that fits is taken."""
    within = limits(refunds_per_payment_max=3, auto_approval_below=whole(0))
    payment = a_payment(100)
    for _ in range(5):
        decision = request_refund(payment, a_request(100), within, NOW)
        payment = stored(cancel_refund(stored(decision), decision.refund.id, NOW, "usr_asker"))
    for _ in range(3):
        payment = stored(request_refund(payment, a_request(10, is_submitted=False), within, NOW))

    with pytest.raises(TooManyRefunds) as refused:
        request_refund(payment, a_request(10), within, NOW)
    assert message_of(refused.value).startswith(
        "This payment has reached its limit of 3 refunds that are paid or under way."
    )


def test_refunds_that_ended_without_money_are_kept_up_to_a_bound_of_their_own() -> None:
    within = limits(refunds_per_payment_max=1, auto_approval_below=whole(0))
    payment = a_payment(100)
    for _ in range(1 + ENDED_REFUNDS_MAX):
        decision = request_refund(payment, a_request(100), within, NOW)
        payment = stored(cancel_refund(stored(decision), decision.refund.id, NOW, "usr_asker"))

    with pytest.raises(TooManyEndedRefunds) as refused:
        request_refund(payment, a_request(10), within, NOW)
    assert refused.value.ended == 101


def test_broken_rules_end_the_refund_at_once_and_hold_nothing() -> None:
    decision = request_refund(paid_by(MethodType.CRYPTO), a_request(60), LIMITS, NOW)

    assert decision.refund.status is Status.VALIDATION_FAILED
    assert [v.code for v in decision.refund.violations] == ["partial_refund_not_supported"]
    assert (decision.payment.reserved_amount, decision.refund.due_at, decision.refund.attempts) == (0, None, ())
