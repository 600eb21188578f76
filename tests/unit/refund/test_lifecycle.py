"""What people and programs decide on refunds: asking, handing in, approving, rejecting, canceling."""

import pytest
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import (
    LIMITS,
    NOW,
    a_payment,
    a_request,
    an_approval,
    asked,
    limits,
    paid_by,
    seconds,
    shown,
    stored,
    with_result,
)

from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.errors import (
    AmountExceedsRefundable,
    AmountNotPositive,
    CurrencyMismatch,
    InvalidInput,
    KeyReused,
    LineItemsDoNotSum,
    NothingLeftToRefund,
    RefundNotCancelable,
    RefundNotFound,
    TooManyEndedRefunds,
    TooManyRefunds,
)
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import LineItem, MethodType, Payment, Refund, Work
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import (
    ENDED_REFUNDS_MAX,
    approve_refund,
    cancel_refund,
    request_refund,
    review_refund,
)
from refunds.texts.problem_texts import message_of

NEEDS_ONE = limits(auto_approval_below=whole(0))


def waiting(payment: Payment, within: object = NEEDS_ONE, amount: int = 60) -> tuple[Payment, Refund]:
    decision = request_refund(payment, a_request(amount), within, NOW)  # type: ignore[arg-type]
    assert decision.refund.status is Status.PENDING_APPROVAL
    return stored(decision), decision.refund


# --- asking --------------------------------------------------------------------------------------


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


# --- asking again --------------------------------------------------------------------------------


def test_the_same_key_and_body_give_the_first_refund_again_and_write_nothing() -> None:
    payment, first = asked(a_payment(), 60, key="k")

    again = request_refund(payment, a_request(60, key="k"), LIMITS, NOW)

    assert again.replayed
    assert shown(again.refund) == shown(first)
    assert again.payment is payment


def test_the_same_key_with_another_body_is_refused() -> None:
    payment, _ = asked(a_payment(), 60, key="k")

    with pytest.raises(KeyReused):
        request_refund(payment, a_request(60, key="k", body="other"), LIMITS, NOW)


def test_a_repeat_is_answered_also_where_nothing_would_be_left_for_a_new_refund() -> None:
    payment, first = asked(a_payment(100), 100, key="k")

    again = request_refund(payment, a_request(100, key="k"), LIMITS, NOW)

    assert shown(again.refund) == shown(first)


def test_a_repeat_after_cancelation_is_answered_as_before_and_makes_no_refund() -> None:
    payment, refund = asked(a_payment(), 60, key="k", is_submitted=False)
    payment = stored(cancel_refund(payment, refund.id, NOW, "usr_asker"))

    again = request_refund(payment, a_request(60, key="k"), LIMITS, NOW)

    assert (again.refund.id, again.refund.status, again.replayed) == (refund.id, Status.DRAFT, True)


def test_keys_of_external_refunds_are_refused_from_callers() -> None:
    with pytest.raises(InvalidInput):
        request_refund(a_payment(), a_request(60, key="adopted:sandbox:gr_1"), LIMITS, NOW)


# --- canceling -----------------------------------------------------------------------------------


def test_a_canceled_refund_gives_its_amount_back_and_needs_no_more_work() -> None:
    payment, refund = waiting(a_payment())

    decision = cancel_refund(payment, refund.id, NOW, "usr_asker")

    assert (decision.refund.status, decision.refund.due_at) == (Status.CANCELED, None)
    assert decision.payment.refundable_amount == 100
    assert request_refund(stored(decision), a_request(100), LIMITS, NOW).refund.amount == 100


def test_canceling_before_the_review_takes_the_review_away() -> None:
    payment, refund = asked(a_payment(), 60, is_reviewed_now=False)

    payment = stored(cancel_refund(payment, refund.id, NOW, "usr_asker"))

    assert payment.earliest_due() is None
    assert review_refund(payment, refund.id, LIMITS, NOW, "system").refund.status is Status.CANCELED


def test_canceling_twice_is_answered_the_same_and_gives_back_once() -> None:
    payment, refund = waiting(a_payment())
    payment = stored(cancel_refund(payment, refund.id, NOW, "usr_asker"))

    again = cancel_refund(payment, refund.id, NOW, "usr_asker")

    assert again.replayed
    assert again.payment.reserved_amount == 0


@pytest.mark.parametrize(
    "kind",
    [None, ResultKind.PENDING, ResultKind.UNAVAILABLE, ResultKind.UNKNOWN, ResultKind.SUCCEEDED, ResultKind.REFUSED],
)
def test_what_is_on_its_way_or_at_its_end_is_not_canceled(kind: ResultKind | None) -> None:
    payment, refund = asked(a_payment(), 60)
    if kind is not None:
        payment, refund = with_result(payment, refund, kind)

    with pytest.raises(RefundNotCancelable):
        cancel_refund(payment, refund.id, NOW, "usr_asker")


def test_a_refund_that_is_not_there_is_not_found() -> None:
    with pytest.raises(RefundNotFound):
        cancel_refund(a_payment(), "ref_none", NOW, "usr_asker")
    with pytest.raises(RefundNotFound):
        approve_refund(a_payment(), "ref_none", an_approval(), LIMITS, NOW)
