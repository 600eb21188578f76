"""Converts, formats and splits amounts. An amount is always an integer of minor units, never a float.

The payment, the API and adapters of gateways use this module. A currency has 0, 2, 3 or 4 digits by ISO 4217:2015, list
one. Some gateways use another number of digits for a currency.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

_DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,19})(\.(?P<fraction>[0-9]{1,4}))?")

_BY_EXPONENT: dict[int, str] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
        "COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR "
        "ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
        "MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
        "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER "
        "ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

_CURRENT = {code: digits for digits, codes in _BY_EXPONENT.items() for code in codes.split()}

RETIRED: dict[str, tuple[int, date]] = {
    "ANG": (2, date(2025, 6, 30)),
    "BGN": (2, date(2025, 12, 31)),
    "CUC": (2, date(2021, 6, 30)),
    "HRK": (2, date(2022, 12, 31)),
    "SLL": (2, date(2024, 3, 31)),
    "ZWL": (2, date(2024, 8, 31)),
}
"""Digits and last day of use of each withdrawn currency (ISO 4217 list three).

Payments in these currencies are still read and refunded. When a currency is withdrawn, its code moves here from the
table above.
"""

EXPONENTS: dict[str, int] = _CURRENT | {code: digits for code, (digits, _) in RETIRED.items()}
"""Decimal digits of every currency in which a payment may be stored."""

AMOUNT_MAX = 10**15
"""The largest amount in minor units. It is far below 2**53, so no JSON reader rounds it."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with its currency, as a fact that a message can show."""

    minor_units: int
    currency: str


def is_currency(code: str) -> bool:
    """True if `code` is an ISO 4217 currency in use today."""
    return code in _CURRENT


def was_currency_at(code: str, at: datetime) -> bool:
    """True if `code` was a currency in use on the day (UTC) of the time `at`."""
    if code not in RETIRED:
        return is_currency(code)
    return at.astimezone(UTC).date() <= RETIRED[code][1]


def to_decimal_text(amount: int, currency: str) -> str:
    """Returns minor units as a decimal number, for example "5800" for 5800 JPY and "5.800" for 5800 KWD.

    An amount in an unknown currency is shown in minor units, because its number of digits is unknown.
    """
    digits = EXPONENTS.get(currency, 0)
    sign, rest = ("-" if amount < 0 else ""), abs(amount)
    if digits == 0:
        return f"{sign}{rest}"
    return f"{sign}{rest // 10**digits}.{rest % 10**digits:0{digits}d}"


def format_amount(amount: int, currency: str) -> str:
    """Formats an amount for people, for example "1,000.00 EUR" for 100_000 EUR."""
    whole, point, fraction = to_decimal_text(amount, currency).partition(".")
    if currency not in EXPONENTS:
        return f"{amount:,} minor units of {currency}"
    return f"{int(whole):,}{point}{fraction} {currency}"


def from_decimal_text(text: str, currency: str) -> int:
    """Returns the minor units that a decimal number stands for, for example 5800 for "5.800" KWD.

    Raises ValueError if the text is not a decimal number, or has more digits than the currency.
    """
    digits = EXPONENTS[currency]
    match = _DECIMAL.fullmatch(text.strip())
    if match is None or len(match["fraction"] or "") > digits:
        raise ValueError(f"{text!r} is not an amount of {currency} with at most {digits} decimal digits")
    magnitude: int = int(match["whole"] + (match["fraction"] or "").ljust(digits, "0"))
    return -magnitude if match["sign"] else magnitude


def rescale(amount: int, from_exponent: int, to_exponent: int) -> int:
    """Converts minor units to another number of digits. For example, 1050 with 2 digits becomes 10500 with 3.

    Raises ValueError if digits would be lost.
    """
    if to_exponent >= from_exponent:
        return int(amount * 10 ** (to_exponent - from_exponent))
    divisor: int = 10 ** (from_exponent - to_exponent)
    if amount % divisor:
        raise ValueError(f"{amount} with {from_exponent} digits is not exact with {to_exponent} digits")
    return amount // divisor


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Splits `amount` in proportion to `weights`. The parts sum to `amount` exactly.

    The parts with the largest remainders get the remaining units. If remainders are equal, the earlier part gets the
    unit. Raises ValueError if a weight is negative or the sum of the weights is not positive.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights are non-negative with a positive sum")
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return parts
