"""Converts amounts that people write as decimal numbers to minor units."""

from refunds.cli.errors import failure
from refunds.domain.money import EXPONENTS, from_decimal_text, to_decimal_text
from refunds.texts import command_facts as facts


def minor_units(text: str, currency: str) -> int:
    """Returns an amount in minor units, for example 1250 for "12.50" and "USD".

    Raises CommandFailed if the currency is unknown or the text is not a positive amount.
    """
    if currency not in EXPONENTS:
        raise failure(facts.CurrencyUnknown(currency=currency))
    try:
        amount = from_decimal_text(text, currency)
    except ValueError as error:
        raise failure(facts.AmountMalformed(error=str(error))) from None
    if amount < 1:
        raise failure(facts.AmountNotPositive(zero=to_decimal_text(0, currency), currency=currency))
    return amount
