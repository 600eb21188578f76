"""What the sandbox gateway's books hold after which entries."""

import pytest
from sandbox_makers import NOON_MS, make_books

from refunds_embedded.sandbox.books.books import Books, EntryContradictsBooks, arn_of
from refunds_embedded.sandbox.books.entries import (
    FORMAT,
    BooksOpened,
    ClockAdvanced,
    RefundBooked,
    RefundSettled,
    Status,
    WebhookClosed,
)


def _booked(number: int, amount: int, status: Status = "succeeded") -> RefundBooked:
    return RefundBooked(
        number=number,
        gateway_payment_id="gp_1",
        amount=amount,
        currency="USD",
        captured_amount=100,
        behaviour="tok_ok",
        status=status,
        at_ms=NOON_MS,
        reference=f"att_{number}",
        owed=("refund.succeeded", "refund.succeeded"),
    )


def _settled(number: int, status: Status) -> RefundSettled:
    return RefundSettled(number=number, status=status, at_ms=NOON_MS + 300)


def test_succeeded_refund_moves_money() -> None:
    books = make_books()

    refund = books.book(_booked(1, 60))

    assert refund.account.moved == 60
    assert [movement.amount for movement in refund.account.movements] == [60]


def test_pending_refund_moves_nothing_but_takes_from_what_remains() -> None:
    books = make_books()

    account = books.book(_booked(1, 60, "pending")).account

    assert (account.moved, account.pending, account.remaining) == (0, 60, 40)


def test_failed_refund_leaves_everything_remaining() -> None:
    books = make_books()

    account = books.book(_booked(1, 60, "failed")).account

    assert (account.moved, account.remaining, account.movements) == (0, 100, [])


def test_pending_refund_that_succeeds_moves_once() -> None:
    books = make_books()
    books.apply(_booked(1, 60, "pending"))

    books.apply(_settled(1, "succeeded"))

    account = books.refund(1).account
    assert (account.moved, account.pending) == (60, 0)


def test_pending_refund_that_fails_gives_the_amount_back() -> None:
    books = make_books()
    books.apply(_booked(1, 60, "pending"))

    books.apply(_settled(1, "failed"))

    account = books.refund(1).account
    assert (account.moved, account.remaining, account.movements) == (0, 100, [])


def test_late_failure_is_a_reversing_movement() -> None:
    books = make_books()
    books.apply(_booked(1, 60))

    books.apply(_settled(1, "failed"))

    account = books.refund(1).account
    assert [movement.amount for movement in account.movements] == [60, -60]
    assert account.moved == 0


@pytest.mark.parametrize("status", ["succeeded", "pending"])
def test_failed_refund_never_changes_again(status: Status) -> None:
    books = make_books()
    books.apply(_booked(1, 60, "failed"))

    with pytest.raises(EntryContradictsBooks):
        books.apply(_settled(1, status))


def test_more_than_captured_contradicts_the_books() -> None:
    books = make_books()
    books.apply(_booked(1, 60))

    with pytest.raises(EntryContradictsBooks, match="more than captured"):
        books.apply(_booked(2, 60))


@pytest.mark.parametrize(
    "entry",
    [
        _booked(3, 10),
        _settled(2, "failed"),
        WebhookClosed(number=7, stage=0),
        BooksOpened(format=FORMAT, books_id="00000000", at_ms=NOON_MS),
    ],
)
def test_entry_that_cannot_follow_is_refused(
    entry: RefundBooked | RefundSettled | WebhookClosed | BooksOpened,
) -> None:
    books = make_books()
    books.apply(_booked(1, 60))

    with pytest.raises(EntryContradictsBooks):
        books.apply(entry)


def test_books_of_another_format_are_refused() -> None:
    with pytest.raises(EntryContradictsBooks, match="format 2"):
        Books().apply(BooksOpened(format=2, books_id="00000000", at_ms=NOON_MS))


def test_webhook_is_owed_until_every_copy_is_closed() -> None:
    books = make_books()
    books.apply(_booked(1, 60))

    books.apply(WebhookClosed(number=1, stage=0))
    owed_after_one = books.owed_event(1, 0)
    books.apply(WebhookClosed(number=1, stage=0, is_delivered=False))

    assert owed_after_one is not None
    assert books.event_id(owed_after_one) == "sbe_e8932fe1_00000001_0"
    assert books.owed_event(1, 0) is None


def test_clock_advances_add_up() -> None:
    books = make_books()

    books.apply(ClockAdvanced(by_ms=10))
    books.apply(ClockAdvanced(by_ms=20))

    assert books.clock_offset_ms == 30


def test_refund_is_found_by_reference_and_by_its_own_id_only() -> None:
    books = make_books()
    refund = books.book(_booked(1, 60))

    assert books.refund_by_reference("att_1") is refund
    assert books.refund_by_id("sbr_e8932fe1_00000001") is refund
    for other in ("sbr_00000000_00000001", "sbr_e8932fe1_00000002", "sbr_e8932fe1_1", "1", "x"):
        assert books.refund_by_id(other) is None


def test_arn_has_23_digits_and_a_valid_check_digit() -> None:
    books = make_books()
    arns = [arn_of(books.books_id, books.book(_booked(number, 1))) for number in range(1, 12)]

    for arn in arns:
        assert arn is not None
        doubled = [int(digit) * 2 for digit in arn[-2::-2]]
        kept = [int(digit) for digit in arn[-1::-2]]
        assert len(arn) == 23
        assert (sum(kept) + sum(number // 10 + number % 10 for number in doubled)) % 10 == 0
    assert len(set(arns)) == len(arns)


def test_arn_comes_with_the_movement() -> None:
    books = make_books()
    pending = books.book(_booked(1, 10, "pending"))
    failed = books.book(_booked(2, 10, "failed"))

    before = arn_of(books.books_id, pending)
    books.apply(_settled(1, "succeeded"))

    assert before is None
    assert arn_of(books.books_id, pending) is not None
    assert arn_of(books.books_id, failed) is None
