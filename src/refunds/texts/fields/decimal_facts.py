"""Broken rules of decimal amounts of files: one class a case. Pure.

Their texts are in `decimal_texts`.
"""

from refunds.texts.fields.field_fact import FieldFact


class TooManyDigits(FieldFact, frozen=True, kw_only=True):
    """More decimal digits than the currency has."""

    currency: str


class OutsideAmounts(FieldFact, frozen=True, kw_only=True):
    """An amount outside of all that can be refunded."""

    least: str
    most: str
    currency: str


class NotDigits(FieldFact, frozen=True, kw_only=True):
    """No amount of a currency without decimals."""


class NotDecimals(FieldFact, frozen=True, kw_only=True):
    """No amount of a currency with decimals."""


class SignUnclear(FieldFact, frozen=True, kw_only=True):
    """A sign that can only set thousands apart in this currency, or is a mistake."""

    large: str


class AmountUnclear(FieldFact, frozen=True, kw_only=True):
    """A sign that sets thousands apart or begins decimals."""

    large: str
    small: str
    small_minor: int
    large_comma: str
    currency: str
