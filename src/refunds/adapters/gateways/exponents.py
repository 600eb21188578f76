"""Where a gateway counts minor units otherwise than ISO 4217, per gateway.

A currency that the gateway's own table does not name is counted alike on both sides: its amounts pass as they are, also
where the currency has left our table since. An amount that the gateway's digits cannot say is an error, never rounded.
"""

from collections.abc import Mapping

from refunds.domain.money import EXPONENTS, rescale

SANDBOX: Mapping[str, int] = {}
"""The sandbox counts as ISO 4217 does."""


class AmountNotRepresentable(Exception):
    """The gateway's digits of this currency cannot say this amount exactly."""


def to_gateway(amount: int, currency: str, table: Mapping[str, int]) -> int:
    """Our minor units in the gateway's; AmountNotRepresentable when a unit would be lost."""
    if currency not in table:
        return amount
    ours = EXPONENTS[currency]
    try:
        return rescale(amount, ours, table[currency])
    except ValueError:
        raise AmountNotRepresentable from None


def from_gateway(amount: int, currency: str, table: Mapping[str, int]) -> int:
    """The gateway's minor units in ours; ValueError when a unit would be lost, or where no currency is named."""
    if not currency:
        raise ValueError("an amount needs its currency")
    return rescale(amount, table[currency], EXPONENTS[currency]) if currency in table else amount
