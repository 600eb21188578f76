"""Broken rules of columns and cells of files: one class a case. Pure.

Their texts are in `cell_texts`.
"""

from refunds.texts.fields.field_fact import FieldFact


class FileEmpty(FieldFact, frozen=True, kw_only=True):
    """The file has no line."""


class ColumnMissing(FieldFact, frozen=True, kw_only=True):
    """The file lacks a column."""


class AmountColumnMissing(FieldFact, frozen=True, kw_only=True):
    """The file lacks a column of amounts."""


class ColumnUnknown(FieldFact, frozen=True, kw_only=True):
    """The file has a column that is not known; `known` names those that are."""

    known: str


class ColumnTwice(FieldFact, frozen=True, kw_only=True):
    """The file has a column twice."""


class SeparatorUnknown(FieldFact, frozen=True, kw_only=True):
    """The line `sep=` names no separator."""


class SeparatorDiffers(FieldFact, frozen=True, kw_only=True):
    """A row has another separator than the header."""

    header: str
    row: str


class CellsTooMany(FieldFact, frozen=True, kw_only=True):
    """A row has more cells than the header."""

    cells: int
    names: int


class CellWithoutColumn(FieldFact, frozen=True, kw_only=True):
    """A cell below an empty name."""

    number: int


class CurrencyEmpty(FieldFact, frozen=True, kw_only=True):
    """An empty cell of the currency."""


class MethodEmpty(FieldFact, frozen=True, kw_only=True):
    """An empty cell of the method."""


class SubmitEmpty(FieldFact, frozen=True, kw_only=True):
    """An empty cell of `submit`."""


class SubmitUnclear(FieldFact, frozen=True, kw_only=True):
    """A cell of `submit` that is neither true nor false."""


class KeyShortened(FieldFact, frozen=True, kw_only=True):
    """A key that a spreadsheet saved as a number with an exponent."""


class AmountEmpty(FieldFact, frozen=True, kw_only=True):
    """A row without an amount."""


class AmountNotMinor(FieldFact, frozen=True, kw_only=True):
    """An amount that is not in minor units."""


class BothAmounts(FieldFact, frozen=True, kw_only=True):
    """A row with both amounts."""


class CurrencyNeeded(FieldFact, frozen=True, kw_only=True):
    """A decimal amount without a currency."""


class CurrencyWithoutDigits(FieldFact, frozen=True, kw_only=True):
    """A decimal amount in an unknown currency."""

    currency: str
