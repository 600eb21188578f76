"""Computes money limits, which are amounts in minor units per currency.

The value of a money limit is a table {currency: minor units} that names the base currency. For a currency that the
table does not name, the base currency's amount is converted. The conversion uses the rate of the day (`exchange_rates`)
and rounds down. The module does no I/O.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from refunds.domain.money import AMOUNT_MAX, EXPONENTS
from refunds.domain.settings.exchange_rates import BASE_CURRENCY, MILLION, rates_at

Amounts: TypeAlias = Mapping[str, int]
"""Maps an ISO 4217 currency code to an amount in minor units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLimit:
    """The amounts in force, and the exchange rates for currencies without an amount."""

    amounts: Amounts
    rates: Mapping[str, int]

    def of(self, currency: str) -> int:
        """Returns the limit in minor units of the currency.

        For an unknown currency, returns the same number as for the base currency. Only old payments can have an unknown
        currency, because they were stored before the currency was removed from the tables.
        """
        named = self.amounts.get(currency)
        return converted(self.amounts[BASE_CURRENCY], currency, self.rates) if named is None else named


def money_limit(amounts: Amounts, at: datetime) -> MoneyLimit:
    """Returns the money limit with these amounts and the exchange rates at the time `at`."""
    return MoneyLimit(amounts=amounts, rates=rates_at(at))


def converted(amount: int, currency: str, rates: Mapping[str, int]) -> int:
    """Converts minor units of the base currency into minor units of `currency`.

    Rounds down, and returns at most AMOUNT_MAX.
    """
    rate, digits = rates.get(currency, MILLION), EXPONENTS.get(currency, EXPONENTS[BASE_CURRENCY])
    there: int = amount * rate * 10**digits // (MILLION * 10 ** EXPONENTS[BASE_CURRENCY])
    return min(there, AMOUNT_MAX)


def lower(above: Amounts, value: Amounts, rates: Mapping[str, int]) -> Amounts:
    """Returns the smaller of the two limits for each currency that `above` or `value` names."""
    one, other = MoneyLimit(amounts=above, rates=rates), MoneyLimit(amounts=value, rates=rates)
    return MappingProxyType({code: min(one.of(code), other.of(code)) for code in sorted({*above, *value})})


def looser_currencies(above: Amounts, value: Amounts, rates: Mapping[str, int]) -> tuple[str, ...]:
    """Returns the currencies of `value` in which `value` allows more than `above`."""
    limit = MoneyLimit(amounts=above, rates=rates)
    return tuple(code for code in sorted(value) if value[code] > limit.of(code))


def of_base(whole_units: int) -> Amounts:
    """Converts a limit of an older release into an amount of the base currency.

    The older release stored whole units that applied to every currency.
    """
    return {BASE_CURRENCY: whole_units * 10 ** EXPONENTS[BASE_CURRENCY]}


_THOUSAND_DOLLARS_OR_NEAR = {
    "USD": 1_000, "EUR": 1_000, "GBP": 800, "CHF": 800, "JPY": 150_000, "KRW": 1_300_000, "IDR": 18_000_000,
    "KWD": 300, "BHD": 375, "OMR": 385, "JOD": 700, "TND": 2_900, "IQD": 1_300_000, "AUD": 1_400, "CAD": 1_400,
    "NZD": 1_700, "SEK": 10_000, "NOK": 9_000, "DKK": 7_000, "PLN": 4_000, "CZK": 22_000, "HUF": 330_000, "RON": 4_800,
    "ISK": 120_000, "INR": 95_000, "CNY": 6_500, "HKD": 8_000, "TWD": 30_000, "SGD": 1_300, "THB": 33_000,
    "MYR": 4_000, "PHP": 60_000, "VND": 26_000_000, "BRL": 5_500, "MXN": 18_000, "CLP": 950_000, "COP": 4_000_000,
    "ZAR": 16_500, "AED": 3_700, "SAR": 3_700, "QAR": 3_600, "ILS": 3_100, "TRY": 50_000,
}  # fmt: skip
"""Amounts near 1,000 US dollars by the rates of `exchange_rates`, in whole units of each currency."""


def thousands(number: int) -> Amounts:
    """Returns about `number` times 1,000 US dollars in each currency, in minor units.

    The result is used as the default of a money limit.
    """
    table = {code: number * units * 10 ** EXPONENTS[code] for code, units in _THOUSAND_DOLLARS_OR_NEAR.items()}
    return MappingProxyType(table)
