"""Currencies whose minor units a gateway counts otherwise than ISO 4217, per gateway.

A currency that is missing in the gateway's table has the same minor units on both sides, and its amounts pass
unchanged, even if ISO 4217 no longer lists it. An amount that the gateway cannot represent is an error; it is never
rounded.
"""

from collections.abc import Mapping

from refunds.domain.money import EXPONENTS, rescale

SANDBOX: Mapping[str, int] = {}
"""The sandbox counts as ISO 4217 does."""


class AmountNotRepresentable(Exception):
    """The gateway's minor unit of this currency is too large for this amount."""


def to_gateway(amount: int, currency: str, table: Mapping[str, int]) -> int:
    """Our minor units in the gateway's. AmountNotRepresentable if that needs rounding."""
    if currency not in table:
        return amount
    ours = EXPONENTS[currency]
    try:
        return rescale(amount, ours, table[currency])
    except ValueError:
        raise AmountNotRepresentable from None


def from_gateway(amount: int, currency: str, table: Mapping[str, int]) -> int:
    """The gateway's minor units in ours. ValueError if that needs rounding or the currency is empty."""
    if not currency:
        raise ValueError("an amount needs its currency")
    return rescale(amount, table[currency], EXPONENTS[currency]) if currency in table else amount
