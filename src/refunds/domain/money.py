"""Converts, formats and splits amounts. Every amount in the product is an integer of minor units; never a float.

Used by the payment, by the API, and by adapters of gateways that count other digits for a currency. Digits per
currency: ISO 4217:2015 list one (0, 2, 3 or 4).
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
"""Digits and last day of use of withdrawn currencies (ISO 4217 list three).

Their payments are still read and refunded. When a currency is withdrawn, its code moves here from the table above.
"""

EXPONENTS: dict[str, int] = _CURRENT | {code: digits for code, (digits, _) in RETIRED.items()}
"""Decimal digits of every currency in which a payment may be stored."""

AMOUNT_MAX = 10**15
"""Largest amount in minor units; far below 2**53, so that no JSON reader rounds it."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with its currency, as a fact that a message can show."""

    minor_units: int
    currency: str


def is_currency(code: str) -> bool:
    """True if `code` is an ISO 4217 currency in use today."""
    return code in _CURRENT


def was_currency_at(code: str, at: datetime) -> bool:
    """True if `code` was a currency in use on the day (UTC) of that moment."""
    if code not in RETIRED:
        return is_currency(code)
    return at.astimezone(UTC).date() <= RETIRED[code][1]


def to_decimal_text(amount: int, currency: str) -> str:
    """Formats minor units as a decimal number: (5800, "JPY") → "5800", (5800, "KWD") → "5.800".

    An amount in a currency that is in neither table is printed in minor units, since its digits are unknown.
    """
    digits = EXPONENTS.get(currency, 0)
    sign, rest = ("-" if amount < 0 else ""), abs(amount)
    if digits == 0:
        return f"{sign}{rest}"
    return f"{sign}{rest // 10**digits}.{rest % 10**digits:0{digits}d}"


def format_amount(amount: int, currency: str) -> str:
    """Formats an amount for people: (100_000, "EUR") → "1,000.00 EUR"."""
    whole, point, fraction = to_decimal_text(amount, currency).partition(".")
    if currency not in EXPONENTS:
        return f"{amount:,} minor units of {currency}"
    return f"{int(whole):,}{point}{fraction} {currency}"


def from_decimal_text(text: str, currency: str) -> int:
    """Inverse of `to_decimal_text`; ValueError for a text with more digits than the currency."""
    digits = EXPONENTS[currency]
    match = _DECIMAL.fullmatch(text.strip())
    if match is None or len(match["fraction"] or "") > digits:
        raise ValueError(f"{text!r} is not an amount of {currency} with at most {digits} decimal digits")
    magnitude: int = int(match["whole"] + (match["fraction"] or "").ljust(digits, "0"))
    return -magnitude if match["sign"] else magnitude


def rescale(amount: int, from_exponent: int, to_exponent: int) -> int:
    """Converts minor units between numbers of digits: (1050, 2, 3) → 10500. ValueError if digits would be lost."""
    if to_exponent >= from_exponent:
        return int(amount * 10 ** (to_exponent - from_exponent))
    divisor: int = 10 ** (from_exponent - to_exponent)
    if amount % divisor:
        raise ValueError(f"{amount} with {from_exponent} digits is not exact with {to_exponent} digits")
    return amount // divisor


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Splits `amount` in proportion to `weights` by largest remainder; the parts sum to `amount` exactly.

    Weights are not negative and their sum is positive; on a tie, the earlier part gets the unit.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights are non-negative with a positive sum")
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return parts
