"""Converts amounts that people write, in whole and decimal units, to minor units."""

from refunds.cli.errors import CommandFailed
from refunds.domain.money import EXPONENTS, from_decimal_text


def minor_units(text: str, currency: str) -> int:
    """("12.50", "USD") → 1250. CommandFailed if the text is no amount of the currency."""
    if currency not in EXPONENTS:
        raise CommandFailed(f"/currency: {currency} is not an ISO 4217 currency")
    try:
        return from_decimal_text(text, currency)
    except ValueError as error:
        raise CommandFailed(f"/amount: {error}") from None
