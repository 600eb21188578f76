"""No line item is refunded beyond what was captured for it, over all refunds together."""

import pytest
from tests.support.payments.payments import LIMITS, NOW, a_payment, a_request, stored, with_result

from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.errors import LineItemExceedsPayment, LineItemsExceedCaptured
from refunds.domain.invalid_input import LineItemUnknown
from refunds.domain.payment.line_items import check_captured_lines
from refunds.domain.payment.payment import LineItem, Payment, Refund
from refunds.domain.refund.lifecycle import request_refund, submit_refund

SHOES = LineItem(id="shoes", amount=60, tax_amount=10, quantity=2)
SOCKS = LineItem(id="socks", amount=40, tax_amount=4, quantity=4)


def ordered() -> Payment:
    return a_payment(100, line_items=(SHOES, SOCKS))


def shoes(amount: int, *, quantity: int = 1, tax_amount: int = 0) -> LineItem:
    return LineItem(id="shoes", amount=amount, quantity=quantity, tax_amount=tax_amount)


def refunded(payment: Payment, *items: LineItem, is_submitted: bool = True) -> tuple[Payment, Refund]:
    request = a_request(sum(i.amount for i in items), line_items=items, is_submitted=is_submitted)
    decision = request_refund(payment, request, LIMITS, NOW)
    return stored(decision), decision.refund


def test_line_is_refunded_in_parts_up_to_what_was_captured_for_it() -> None:
    payment, _ = refunded(ordered(), shoes(30, tax_amount=5))
    payment, _ = refunded(payment, shoes(30, tax_amount=5))
    payment, _ = refunded(payment, SOCKS)

    assert payment.refundable_amount == 0


@pytest.mark.parametrize(
    ("second", "pointer", "left"),
    [
        (shoes(31), "/line_items/0/amount", 30),
        (shoes(1, quantity=2), "/line_items/0/quantity", 1),
        (shoes(20, tax_amount=6), "/line_items/0/tax_amount", 5),
    ],
)
def test_line_is_not_refunded_beyond_what_earlier_refunds_left_of_it(second: LineItem, pointer: str, left: int) -> None:
    payment, _ = refunded(ordered(), shoes(30, tax_amount=5))

    with pytest.raises(LineItemExceedsPayment) as refused:
        refunded(payment, second)

    assert (refused.value.pointer, refused.value.left) == (pointer, left)


def test_line_named_twice_in_one_refund_counts_twice() -> None:
    with pytest.raises(LineItemExceedsPayment):
        refunded(ordered(), shoes(40), shoes(40))


def test_line_that_the_payment_has_not_is_refused() -> None:
    with pytest.raises(LineItemUnknown):
        refunded(ordered(), LineItem(id="hat", amount=10))


def test_lowered_price_takes_no_quantity() -> None:
    payment, _ = refunded(ordered(), shoes(10, quantity=0))
    payment, _ = refunded(payment, shoes(10, quantity=0))

    assert refunded(payment, shoes(40, quantity=2))[1].amount == 40


def test_line_of_a_failed_refund_is_free_again() -> None:
    payment, refund = refunded(ordered(), SHOES)
    payment, _ = with_result(payment, refund, ResultKind.REFUSED)

    assert refunded(payment, SHOES)[1].amount == 60


def test_line_items_of_a_draft_are_checked_when_it_is_submitted() -> None:
    payment, draft = refunded(ordered(), SHOES, is_submitted=False)
    payment, _ = refunded(payment, shoes(30))

    with pytest.raises(LineItemExceedsPayment):
        submit_refund(payment, draft.id, LIMITS, NOW, "usr_asker")


def test_payment_without_lines_takes_any() -> None:
    payment, _ = refunded(a_payment(100), SHOES)

    assert refunded(payment, shoes(40, quantity=9))[1].amount == 40


@pytest.mark.parametrize("captured", [100, 101, 10_000])
def test_lines_of_a_payment_sum_to_what_was_captured_or_less(captured: int) -> None:
    check_captured_lines((SHOES, SOCKS), captured, "EUR")


def test_lines_of_a_payment_beyond_what_was_captured_are_refused_and_the_first_such_line_is_named() -> None:
    with pytest.raises(LineItemsExceedCaptured) as refused:
        check_captured_lines((SHOES, SOCKS, SOCKS), 99, "EUR")

    assert refused.value.pointer == "/line_items/1/amount"
    assert (refused.value.sum_of_items, refused.value.captured) == (100, 99)


def test_amount_of_a_line_is_that_of_all_its_pieces() -> None:
    check_captured_lines((LineItem(id="socks", amount=100, quantity=50),), 100, "EUR")
