"""Broken rules of decimal amounts of files: one class a case. Pure.

Their texts are in `decimal_texts`.
"""

from dataclasses import dataclass

from refunds.texts.fields.field_fact import FieldFact


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyDigits(FieldFact):
    """More decimal digits than the currency has."""

    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideAmounts(FieldFact):
    """An amount outside of all that can be refunded."""

    least: str
    most: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDigits(FieldFact):
    """No amount of a currency without decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDecimals(FieldFact):
    """No amount of a currency with decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUnclear(FieldFact):
    """A sign that can only set thousands apart in this currency, or is a mistake."""

    large: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountUnclear(FieldFact):
    """A sign that sets thousands apart or begins decimals."""

    large: str
    small: str
    small_minor: int
    large_comma: str
    currency: str
