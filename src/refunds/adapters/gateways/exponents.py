"""Where a gateway counts minor units otherwise than ISO 4217, per gateway.

An amount that cannot be said exactly in the gateway's digits is an error, never rounded.
"""

from collections.abc import Mapping

from refunds.domain.money import EXPONENTS, rescale

SANDBOX: Mapping[str, int] = {}
"""The sandbox counts as ISO 4217 does."""


def to_gateway(amount: int, currency: str, table: Mapping[str, int]) -> int:
    """Our minor units in the gateway's; ValueError when a unit would be lost."""
    return rescale(amount, EXPONENTS[currency], table.get(currency, EXPONENTS[currency]))


def from_gateway(amount: int, currency: str, table: Mapping[str, int]) -> int:
    """The gateway's minor units in ours; ValueError when a unit would be lost."""
    return rescale(amount, table.get(currency, EXPONENTS[currency]), EXPONENTS[currency])
