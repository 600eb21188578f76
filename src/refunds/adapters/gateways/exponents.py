"""Currencies whose minor units a gateway counts differently from ISO 4217, per gateway.

If a currency is not in the gateway's table, its amounts are passed on unchanged, even if ISO 4217 no longer lists it.
An amount that the gateway cannot represent is an error; it is never rounded.
"""

from collections.abc import Mapping

from refunds.domain.money import EXPONENTS, rescale

SANDBOX: Mapping[str, int] = {}
"""Table of the sandbox: empty, since it follows ISO 4217."""


class AmountNotRepresentable(Exception):
    """The gateway's minor unit of this currency is too large to express the amount."""


def to_gateway(amount: int, currency: str, table: Mapping[str, int]) -> int:
    """Converts ISO 4217 minor units to the gateway's. Raises AmountNotRepresentable if that needs rounding."""
    if currency not in table:
        return amount
    ours = EXPONENTS[currency]
    try:
        return rescale(amount, ours, table[currency])
    except ValueError:
        raise AmountNotRepresentable from None


def from_gateway(amount: int, currency: str, table: Mapping[str, int]) -> int:
    """Converts the gateway's minor units to those of ISO 4217.

    Raises ValueError if that needs rounding or the currency is empty.
    """
    if not currency:
        raise ValueError("an amount needs its currency")
    return rescale(amount, table[currency], EXPONENTS[currency]) if currency in table else amount
