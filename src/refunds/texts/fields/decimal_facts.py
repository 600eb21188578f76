"""Broken rules of decimal amounts in files: one class per case. Pure.

The texts are in `decimal_texts`.
"""

from refunds.texts.fields.field_fact import FieldFact


class TooManyDigits(FieldFact, frozen=True, kw_only=True):
    """The amount has more decimals than the currency."""

    currency: str


class OutsideAmounts(FieldFact, frozen=True, kw_only=True):
    """The amount is smaller or larger than any amount that can be refunded."""

    least: str
    most: str
    currency: str


class NotDigits(FieldFact, frozen=True, kw_only=True):
    """The text is not an amount of a currency without decimals."""


class NotDecimals(FieldFact, frozen=True, kw_only=True):
    """The text is not an amount of a currency with decimals."""


class SignUnclear(FieldFact, frozen=True, kw_only=True):
    """More digits follow the separator than the currency has: it may be a thousands separator or a mistake."""

    large: str


class AmountUnclear(FieldFact, frozen=True, kw_only=True):
    """The separator may be a thousands separator or a decimal separator."""

    large: str
    small: str
    small_minor: int
    large_comma: str
    currency: str
