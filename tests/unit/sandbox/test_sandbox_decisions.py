"""What the sandbox gateway decides on a refund that is asked for."""

import pytest
from sandbox_makers import NOON_MS, make_books, make_order, make_rules

from refunds_embedded.sandbox.behaviours import behaviour_of
from refunds_embedded.sandbox.books.decisions import (
    HouseRules,
    RefundOrder,
    decide_dashboard_refund,
    decide_refund,
    decide_settlement,
)
from refunds_embedded.sandbox.books.entries import EventType, RefundBooked
from refunds_embedded.sandbox.errors import CallRefused


def _decide(order: RefundOrder, rules: HouseRules | None = None) -> RefundBooked:
    return decide_refund(make_books(), order, rules or make_rules(), NOON_MS)


def test_ok_token_succeeds_without_a_webhook() -> None:
    entry = _decide(make_order())

    assert (entry.status, entry.owed, entry.due_ms) == ("succeeded", (), None)


def test_pending_token_is_due_after_the_delay() -> None:
    entry = _decide(make_order(token="tok_pending"))

    assert (entry.status, entry.due_ms, entry.settles_to) == ("pending", NOON_MS + 300, "succeeded")


def test_amount_beyond_captured_is_refused_and_remembered() -> None:
    entry = _decide(make_order(amount=101))

    assert (entry.status, entry.raw_code) == ("failed", "amount_exceeds_remaining")


def test_second_refund_over_captured_amount_is_refused() -> None:
    books = make_books()
    books.apply(decide_refund(books, make_order("att_1"), make_rules(), NOON_MS))

    entry = decide_refund(books, make_order("att_2"), make_rules(), NOON_MS)

    assert (entry.status, entry.raw_code) == ("failed", "amount_exceeds_remaining")


def test_pending_amount_counts_against_what_remains() -> None:
    books = make_books()
    books.apply(decide_refund(books, make_order(token="tok_pending"), make_rules(), NOON_MS))

    entry = decide_refund(books, make_order("att_2", 41), make_rules(), NOON_MS)

    assert entry.raw_code == "amount_exceeds_remaining"


def test_other_currency_is_refused_and_remembered() -> None:
    books = make_books()
    books.apply(decide_refund(books, make_order(), make_rules(), NOON_MS))

    entry = decide_refund(books, make_order("att_2", 1, currency="EUR"), make_rules(), NOON_MS)

    assert (entry.status, entry.raw_code) == ("failed", "currency_not_supported")


def test_other_captured_amount_is_refused_and_not_remembered() -> None:
    books = make_books()
    books.apply(decide_refund(books, make_order(), make_rules(), NOON_MS))

    with pytest.raises(CallRefused) as refused:
        decide_refund(books, make_order("att_2", captured_amount=99), make_rules(), NOON_MS)

    assert (refused.value.code, refused.value.field) == ("invalid_request", "captured_amount")


def test_refused_token_is_remembered_with_its_raw_code() -> None:
    entry = _decide(make_order(token="tok_refused_expired_card"))

    assert (entry.status, entry.raw_code, entry.owed) == ("failed", "card_expired", ())


def test_refunds_of_one_payment_are_bounded_exactly() -> None:
    books = make_books()
    for number in range(1, 6):
        books.apply(decide_refund(books, make_order(f"att_{number}", 1), make_rules(), NOON_MS))

    with pytest.raises(CallRefused) as refused:
        decide_refund(books, make_order("att_6", 1), make_rules(), NOON_MS)

    assert refused.value.code == "too_many_refunds"
    assert len(books.refunds) == 5


def test_full_books_take_no_more() -> None:
    with pytest.raises(CallRefused) as refused:
        _decide(make_order(), make_rules(refunds_max=0))

    assert (refused.value.code, refused.value.status) == ("sandbox_full", 503)


@pytest.mark.parametrize(
    ("token", "owed"),
    [
        ("tok_ok", ("refund.succeeded",)),
        ("tok_pending", ("refund.pending",)),
        ("tok_refused_declined", ("refund.failed",)),
        ("tok_webhook_twice", ("refund.succeeded", "refund.succeeded")),
        ("tok_timeout_after_move", ()),
    ],
)
def test_with_webhooks_always_every_booked_refund_but_a_silent_one_owes_one(
    token: str, owed: tuple[EventType, ...]
) -> None:
    entry = _decide(make_order(token=token), make_rules(is_webhook_always=True))

    assert entry.owed == owed


def test_without_a_webhook_url_nothing_is_owed() -> None:
    rules = make_rules(is_webhook_owed=False)
    books = make_books()
    refund = books.book(decide_refund(books, make_order(token="tok_late_failure"), rules, NOON_MS))

    settlement = decide_settlement(refund, behaviour_of(refund.behaviour), rules, NOON_MS)
    dashboard = decide_dashboard_refund(books, make_order(None, 1), rules, NOON_MS)

    assert (settlement.owed, dashboard.owed) == ((), ())


def test_late_failure_names_the_closed_account() -> None:
    books = make_books()
    rules = make_rules()
    refund = books.book(decide_refund(books, make_order(token="tok_late_failure"), rules, NOON_MS))

    settlement = decide_settlement(refund, behaviour_of(refund.behaviour), rules, NOON_MS + 300)

    assert (settlement.status, settlement.raw_code) == ("failed", "R02")
    assert settlement.owed == ("refund.failed",)


def test_dashboard_refund_notifies_its_creation() -> None:
    entry = decide_dashboard_refund(make_books(), make_order(None), make_rules(), NOON_MS)

    assert (entry.reference, entry.status, entry.owed) == (None, "succeeded", ("refund.created",))


def test_dashboard_refund_beyond_captured_is_refused() -> None:
    with pytest.raises(CallRefused) as refused:
        decide_dashboard_refund(make_books(), make_order(None, 101), make_rules(), NOON_MS)

    assert refused.value.code == "amount_exceeds_remaining"
