"""Defines the rules that decimal amounts in files can break, as one class per rule.

`decimal_texts` has their texts.
"""

from refunds.texts.fields.field_fact import FieldFact


class TooManyDigits(FieldFact, frozen=True, kw_only=True):
    """The amount has more decimals than the currency allows."""

    currency: str


class OutsideAmounts(FieldFact, frozen=True, kw_only=True):
    """The amount is smaller or larger than any amount that can be refunded."""

    least: str
    most: str
    currency: str


class NotDigits(FieldFact, frozen=True, kw_only=True):
    """The currency has no decimals, and the text is not a whole number."""


class NotDecimals(FieldFact, frozen=True, kw_only=True):
    """The text is not a decimal amount, although the currency has decimals."""


class SignUnclear(FieldFact, frozen=True, kw_only=True):
    """The separator is followed by more digits than the currency has decimals.

    So the separator may be a thousands separator or a mistake.
    """

    large: str


class AmountUnclear(FieldFact, frozen=True, kw_only=True):
    """The separator may be a thousands separator or a decimal separator."""

    large: str
    small: str
    small_minor: int
    large_comma: str
    currency: str
