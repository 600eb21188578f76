"""Broken rules of columns and cells of files: one class per case. Pure.

The texts are in `cell_texts`.
"""

from refunds.texts.fields.field_fact import FieldFact


class FileEmpty(FieldFact, frozen=True, kw_only=True):
    """The file is empty."""


class ColumnMissing(FieldFact, frozen=True, kw_only=True):
    """The file lacks a required column."""


class AmountColumnMissing(FieldFact, frozen=True, kw_only=True):
    """The file lacks a column of amounts."""


class ColumnUnknown(FieldFact, frozen=True, kw_only=True):
    """The file has an unknown column; `known` names the columns that a file may have."""

    known: str


class ColumnTwice(FieldFact, frozen=True, kw_only=True):
    """The file has the same column twice."""


class SeparatorUnknown(FieldFact, frozen=True, kw_only=True):
    """The line `sep=` does not name a separator."""


class SeparatorDiffers(FieldFact, frozen=True, kw_only=True):
    """A row is separated by another character than the header."""

    header: str
    row: str


class CellsTooMany(FieldFact, frozen=True, kw_only=True):
    """A row has more cells than the header."""

    cells: int
    names: int


class CellWithoutColumn(FieldFact, frozen=True, kw_only=True):
    """A cell belongs to a column without a name."""

    number: int


class CurrencyEmpty(FieldFact, frozen=True, kw_only=True):
    """The cell of the currency is empty."""


class MethodEmpty(FieldFact, frozen=True, kw_only=True):
    """The cell of the method is empty."""


class SubmitEmpty(FieldFact, frozen=True, kw_only=True):
    """The cell of `submit` is empty."""


class SubmitUnclear(FieldFact, frozen=True, kw_only=True):
    """The cell of `submit` is neither true nor false."""


class KeyShortened(FieldFact, frozen=True, kw_only=True):
    """The key looks like a number that a spreadsheet shortened, e.g. 1.23E+15."""


class AmountEmpty(FieldFact, frozen=True, kw_only=True):
    """The cell of the amount is empty."""


class AmountNotMinor(FieldFact, frozen=True, kw_only=True):
    """The amount is not in minor units."""


class BothAmounts(FieldFact, frozen=True, kw_only=True):
    """The row has an amount in minor units and a decimal amount."""


class CurrencyNeeded(FieldFact, frozen=True, kw_only=True):
    """The row has a decimal amount without a currency."""


class CurrencyWithoutDigits(FieldFact, frozen=True, kw_only=True):
    """The row has a decimal amount in an unknown currency."""

    currency: str
