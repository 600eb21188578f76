"""Converts amounts for gateways that count a currency's minor units differently from ISO 4217.

Each gateway has a table of such currencies. Amounts in other currencies are passed on unchanged, even if ISO 4217 no
longer lists the currency. If a gateway cannot represent an amount, that is an error. Amounts are never rounded.
"""

from collections.abc import Mapping

from refunds.domain.money import EXPONENTS, rescale

SANDBOX: Mapping[str, int] = {}
"""The table of the sandbox gateway. It is empty because the sandbox gateway follows ISO 4217."""


class AmountNotRepresentable(Exception):
    """The amount is not a whole number of the gateway's minor units."""


def to_gateway(amount: int, currency: str, table: Mapping[str, int]) -> int:
    """Converts minor units of ISO 4217 to the gateway's minor units.

    Raises AmountNotRepresentable if the conversion would need rounding.
    """
    if currency not in table:
        return amount
    ours = EXPONENTS[currency]
    try:
        return rescale(amount, ours, table[currency])
    except ValueError:
        raise AmountNotRepresentable from None


def from_gateway(amount: int, currency: str, table: Mapping[str, int]) -> int:
    """Converts the gateway's minor units to minor units of ISO 4217.

    Raises ValueError if the conversion would need rounding, or if the currency is empty.
    """
    if not currency:
        raise ValueError("an amount needs its currency")
    return rescale(amount, table[currency], EXPONENTS[currency]) if currency in table else amount
