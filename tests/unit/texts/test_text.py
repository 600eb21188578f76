"""How a text is filled: each value looks as its type says."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from refunds.domain.money import Amount
from refunds.texts.text import Text, filled, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts of a text."""

    asked: int = 123_456
    currency: str = "JPY"
    method: str = "debit_card"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (Amount(100_000, "EUR"), "1,000.00 EUR"),
        (datetime(2026, 3, 2, 12, tzinfo=UTC), "2026-03-02 12:00:00 UTC"),
        (datetime(2026, 3, 2, 12, 0, 0, 1, tzinfo=UTC), "2026-03-02 12:00:01 UTC"),
        (("a", Amount(1, "JPY"), 3), "a, 1 JPY, 3"),
        (True, "true"),
        (15, "15"),
    ],
)
def test_value_looks_as_its_type_defines(value: object, seen: str) -> None:
    assert shown(value) == seen


def test_amount_is_shown_in_the_currency_of_its_facts_and_a_name_as_words() -> None:
    text = Text("{asked:amount} was asked for", "by {method:words}.")

    assert filled(text, Facts()) == "123,456 JPY was asked for by debit card."


def test_parts_that_a_text_lacks_leave_no_blank() -> None:
    assert filled(Text("It is done.", action="Nothing needs to be done."), Facts()) == (
        "It is done. Nothing needs to be done."
    )


def test_a_fact_that_is_missing_is_an_error() -> None:
    with pytest.raises(AttributeError):
        filled(Text("{other}"), Facts())


def test_braces_of_a_value_are_no_template() -> None:
    assert filled(Text("{method}"), Facts(method="{asked}")) == "{asked}"
