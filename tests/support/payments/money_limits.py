"""Limits of money for tests that mean the same number in every currency."""

from tests.support.payments.payments import NOW

from refunds.domain.money import EXPONENTS
from refunds.domain.settings.exchange_rates import rates_at
from refunds.domain.settings.money_limits import MoneyLimit


def whole(units: int) -> MoneyLimit:
    """So many whole units, whatever the currency."""
    amounts = {code: units * 10**digits for code, digits in EXPONENTS.items()}
    return MoneyLimit(amounts=amounts, rates=rates_at(NOW))


def amounts(units: int) -> dict[str, int]:
    """A parameter's value of so many dollars, euros or yen."""
    return {code: units * 10 ** EXPONENTS[code] for code in ("EUR", "JPY", "USD")}
