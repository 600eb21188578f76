"""Reads decimal amounts as people and spreadsheets write them. Files of refunds have such amounts in `amount_major`.

The rule is the same for every currency (docs/decisions/0031 has the table):

- An amount has digits only, or digits with one `.` or `,` before the decimals: `12`, `12.50`, `12,5`. There are at most
  as many decimals as the currency has.
- Thousands separators are allowed only if decimals follow after the other separator: `1.234,50`, `1,234.500`.
- One to three digits, one separator and exactly three digits have two meanings: `1,000`, `12.345`. One meaning is a
  thousand times the other, so these amounts are refused in every currency. Only `0.500` and `0,500` are clear.
"""

import re

from refunds.domain.money import AMOUNT_MAX, EXPONENTS, from_decimal_text, to_decimal_text
from refunds.runtime.http.problems import Problem
from refunds.runtime.schema.decoding import field_problem
from refunds.texts.fields import decimal_facts
from refunds.texts.fields.field_fact import FieldFact

_PLAIN = re.compile(r"[0-9]{1,20}([.,][0-9]{1,4})?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}((\.[0-9]{3}){1,4},|(,[0-9]{3}){1,4}\.)[0-9]{1,4}")
_AMBIGUOUS = re.compile(r"(?!0[.,])([0-9]{1,3})[.,]([0-9]{3})")


def minor_units_of(text: str, currency: str) -> int:
    """Returns the amount in minor units of a known currency.

    Raises a problem 422 at /amount_major if the text is no clear amount.
    """
    if ambiguous := _AMBIGUOUS.fullmatch(text):
        raise _refused(_two_meanings(ambiguous[1], ambiguous[2], currency))
    try:
        amount = from_decimal_text(_with_a_point(text, currency), currency)
    except ValueError:
        raise _refused(decimal_facts.TooManyDigits(currency=currency)) from None
    if not 1 <= amount <= AMOUNT_MAX:
        least, most = (to_decimal_text(bound, currency) for bound in (1, AMOUNT_MAX))
        raise _refused(decimal_facts.OutsideAmounts(least=least, most=most, currency=currency))
    return amount


def _with_a_point(text: str, currency: str) -> str:
    """Returns the amount with a decimal point and without thousands separators."""
    if _PLAIN.fullmatch(text):
        return text.replace(",", ".")
    if not _GROUPED.fullmatch(text):
        raise _refused(_form_of(currency))
    at = max(text.rfind("."), text.rfind(","))
    whole = text[:at].replace(".", "").replace(",", "")
    return f"{whole}.{text[at + 1 :]}"


def _form_of(currency: str) -> FieldFact:
    if EXPONENTS[currency] == 0:
        return decimal_facts.NotDigits()
    return decimal_facts.NotDecimals()


def _two_meanings(whole: str, last: str, currency: str) -> FieldFact:
    digits = EXPONENTS[currency]
    zeros = "0" * digits
    large = f"{whole}{last}.{zeros}".rstrip(".")
    if digits < len(last):
        return decimal_facts.SignUnclear(large=large)
    return decimal_facts.AmountUnclear(
        large=large,
        large_comma=f"{whole}.{last},{zeros}",
        small=f"{whole}.{last}",
        small_minor=from_decimal_text(f"{whole}.{last}", currency),
        currency=currency,
    )


def _refused(fact: FieldFact) -> Problem:
    return field_problem("/amount_major", "invalid", fact)
