"""Amounts as files write them: one meaning or none, in currencies of 0, 2, 3 and 4 decimals."""

import pytest

from refunds.domain.money import EXPONENTS
from refunds.runtime.http.problems import Problem
from refunds.services.api.files.bulk_amounts import minor_units_of

OF_DIGITS = {0: "JPY", 2: "EUR", 3: "KWD", 4: "CLF"}

# What a person can have meant, in minor units for 0, 2, 3 and 4 decimals; None: refused.
TABLE: dict[str, tuple[int | None, int | None, int | None, int | None]] = {
    "12": (12, 1_200, 12_000, 120_000),
    "12.5": (None, 1_250, 12_500, 125_000),
    "12,5": (None, 1_250, 12_500, 125_000),
    "12.50": (None, 1_250, 12_500, 125_000),
    "12,50": (None, 1_250, 12_500, 125_000),
    "1000": (1_000, 100_000, 1_000_000, 10_000_000),
    "1,000": (None, None, None, None),
    "1.000": (None, None, None, None),
    "12,345": (None, None, None, None),
    "173.900": (None, None, None, None),
    "173,900": (None, None, None, None),
    "000,500": (None, None, None, None),
    "0.500": (None, None, 500, 5_000),
    "0,500": (None, None, 500, 5_000),
    "1000.000": (None, None, 1_000_000, 10_000_000),
    "1000,000": (None, None, 1_000_000, 10_000_000),
    "1.2345": (None, None, None, 12_345),
    "1.000,0000": (None, None, None, 10_000_000),
    "1.000,000": (None, None, 1_000_000, 10_000_000),
    "1,000.000": (None, None, 1_000_000, 10_000_000),
    "1.234,50": (None, 123_450, 1_234_500, 12_345_000),
    "1,234.50": (None, 123_450, 1_234_500, 12_345_000),
    "1.234.567,89": (None, 123_456_789, 1_234_567_890, 12_345_678_900),
    "1,000,000": (None, None, None, None),
    "1.000.000": (None, None, None, None),
    "1,000,50": (None, None, None, None),
    "12,34.50": (None, None, None, None),
    "0.000,50": (None, None, None, None),
    "1 000,50": (None, None, None, None),
    "1\u00a0000,50": (None, None, None, None),
    "1'000.50": (None, None, None, None),
    "1,": (None, None, None, None),
    ",5": (None, None, None, None),
    "0": (None, None, None, None),
    "0,00": (None, None, None, None),
    "": (None, None, None, None),
}


def read(text: str, currency: str) -> int | None:
    try:
        return minor_units_of(text, currency)
    except Problem:
        return None


@pytest.mark.parametrize("text", TABLE)
def test_amount_is_read_as_the_one_thing_that_it_can_mean_or_refused(text: str) -> None:
    assert tuple(read(text, currency) for currency in OF_DIGITS.values()) == TABLE[text]


@pytest.mark.parametrize("currency", sorted(code for code, digits in EXPONENTS.items() if digits >= 3))
@pytest.mark.parametrize("sign", [",", "."])
def test_thousand_or_one_is_refused_in_every_currency_that_has_three_decimals(currency: str, sign: str) -> None:
    with pytest.raises(Problem) as refused:
        minor_units_of(f"1{sign}000", currency)

    assert "ambiguous" in refused.value.detail
    assert f"1000.{'0' * EXPONENTS[currency]}" in refused.value.detail


def test_advice_for_an_ambiguous_amount_is_read_as_the_amount_that_it_names() -> None:
    with pytest.raises(Problem) as refused:
        minor_units_of("173,900", "KWD")

    assert refused.value.errors[0].detail == (
        "Is ambiguous, because it may mean 173900.000 KWD or 173.900 KWD. If you mean 173900.000, write 173900.000 or "
        "173.900,000. If you mean 173.900, write 173900 (minor units) in the column amount."
    )
    assert read("173900.000", "KWD") == read("173.900,000", "KWD") == 173_900_000
