"""Amounts that people write on the command line become minor units, or are refused in their own unit."""

import pytest

from refunds.cli.client.amounts import minor_units
from refunds.cli.errors import CommandFailed
from refunds.cli.views.refund_list import Wanted


@pytest.mark.parametrize(("text", "currency", "amount"), [("12.50", "USD", 1250), ("5", "JPY", 5), ("0.001", "KWD", 1)])
def test_amount_is_read_in_minor_units(text: str, currency: str, amount: int) -> None:
    assert minor_units(text, currency) == amount


@pytest.mark.parametrize("text", ["-5", "0", "0.00", " -0.01"])
def test_amount_that_is_not_more_than_0_is_refused_in_the_unit_it_was_written_in(text: str) -> None:
    with pytest.raises(CommandFailed) as refused:
        minor_units(text, "USD")

    assert str(refused.value) == "/amount: the amount must be more than 0.00 USD"


@pytest.mark.parametrize("text", ["5,00", "$5", "1,000.00", "1.234", ""])
def test_text_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(CommandFailed, match="is not an amount of USD"):
        minor_units(text, "USD")


def test_limits_of_a_list_are_amounts_of_its_currency() -> None:
    query = Wanted(currency="USD", amount_min="5", amount_max="12.50").query()

    assert (query["amount_min"], query["amount_max"]) == ("500", "1250")


def test_limit_of_a_list_without_a_currency_is_refused() -> None:
    with pytest.raises(CommandFailed, match="give --currency"):
        Wanted(amount_min="5").query()
