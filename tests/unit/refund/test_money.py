"""Amounts are whole minor units of 0, 2, 3 or 4 digits; nothing is rounded, nothing is lost in a split."""

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.domain.money import AMOUNT_MAX, EXPONENTS, from_decimal_text, is_currency, rescale, split, to_decimal_text

AMOUNTS = st.integers(-AMOUNT_MAX, AMOUNT_MAX)

CURRENCIES = st.sampled_from(sorted(EXPONENTS))


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (5800, "JPY", "5800"),
        (5800, "USD", "58.00"),
        (5800, "KWD", "5.800"),
        (5800, "CLF", "0.5800"),
        (5, "EUR", "0.05"),
        (0, "JPY", "0"),
        (-1, "BHD", "-0.001"),
    ],
)
def test_minor_units_are_written_with_the_digits_of_their_currency(amount: int, currency: str, text: str) -> None:
    assert to_decimal_text(amount, currency) == text
    assert from_decimal_text(text, currency) == amount


def test_yen_are_not_multiplied_and_dinars_are_not_divided() -> None:
    assert from_decimal_text("5800", "JPY") == 5800
    assert from_decimal_text("58", "USD") == 5800
    assert from_decimal_text("5.8", "KWD") == 5800


@given(amount=AMOUNTS, currency=CURRENCIES)
def test_every_amount_survives_the_way_through_text(amount: int, currency: str) -> None:
    assert from_decimal_text(to_decimal_text(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1.5", "JPY"),
        ("1.005", "USD"),
        ("1.0005", "KWD"),
        ("", "USD"),
        ("-", "USD"),
        ("--5", "USD"),
        ("5-", "USD"),
        ("1e3", "USD"),
        ("1,50", "USD"),
        ("1.5.0", "USD"),
        (".", "USD"),
        ("NaN", "USD"),
        ("²", "USD"),
        ("٣", "USD"),
    ],
)
def test_text_that_is_no_exact_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        from_decimal_text(text, currency)


def test_only_currencies_that_money_moves_in_are_known() -> None:
    assert is_currency("EUR")
    assert not any(is_currency(code) for code in ("eur", "XAU", "XXX", "XTS", "DEM", ""))


def test_digits_are_those_of_the_published_list() -> None:
    published = {currency.code: currency.exponent for currency in iso4217.Currency}

    differing = {code for code, digits in EXPONENTS.items() if code in published and published[code] != digits}

    assert differing == set()
    assert {"JPY": 0, "USD": 2, "KWD": 3, "CLF": 4}.items() <= EXPONENTS.items()


@given(amount=AMOUNTS, digits=st.integers(0, 4), more=st.integers(0, 4))
def test_a_gateway_with_more_digits_gets_the_same_money(amount: int, digits: int, more: int) -> None:
    assert rescale(rescale(amount, digits, digits + more), digits + more, digits) == amount


def test_amount_with_too_many_digits_is_refused() -> None:
    assert rescale(1230, 3, 2) == 123
    with pytest.raises(ValueError, match="is not exact"):
        rescale(1235, 3, 2)


@given(amount=AMOUNTS, weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any))
def test_parts_sum_to_the_whole_and_are_off_by_less_than_one_unit(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)

    assert sum(parts) == amount
    total = sum(weights)
    assert all(abs(part * total - amount * weight) < total for part, weight in zip(parts, weights, strict=True))


def test_a_unit_that_cannot_be_shared_goes_to_the_largest_remainder_then_to_the_first() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(10, [3, 3, 1]) == [4, 4, 2]
    assert split(17925, [8999, 8926]) == [8999, 8926]


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_weights_that_share_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(100, weights)
