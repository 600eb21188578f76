"""Defines the rules that columns and cells of a file can break, as one class per rule.

`cell_texts` has their texts.
"""

from refunds.texts.fields.field_fact import FieldFact


class FileEmpty(FieldFact, frozen=True, kw_only=True):
    """The file is empty."""


class ColumnMissing(FieldFact, frozen=True, kw_only=True):
    """The file lacks a required column."""


class AmountColumnMissing(FieldFact, frozen=True, kw_only=True):
    """The file has no column for amounts."""


class ColumnUnknown(FieldFact, frozen=True, kw_only=True):
    """The file has an unknown column. `known` names the columns that a file may have."""

    known: str


class ColumnTwice(FieldFact, frozen=True, kw_only=True):
    """The file has the same column twice."""


class SeparatorUnknown(FieldFact, frozen=True, kw_only=True):
    """The line `sep=` does not name a separator that files may have."""


class SeparatorDiffers(FieldFact, frozen=True, kw_only=True):
    """The cells of a row are separated by another character than the cells of the header."""

    header: str
    row: str


class CellsTooMany(FieldFact, frozen=True, kw_only=True):
    """A row has more cells than the header."""

    cells: int
    names: int


class CellWithoutColumn(FieldFact, frozen=True, kw_only=True):
    """A cell that is not empty is in a column without a name."""

    number: int


class CurrencyEmpty(FieldFact, frozen=True, kw_only=True):
    """The cell for the currency is empty."""


class MethodEmpty(FieldFact, frozen=True, kw_only=True):
    """The cell for the method is empty."""


class SubmitEmpty(FieldFact, frozen=True, kw_only=True):
    """The cell of the column `submit` is empty."""


class SubmitUnclear(FieldFact, frozen=True, kw_only=True):
    """The cell of the column `submit` is neither true nor false."""


class KeyShortened(FieldFact, frozen=True, kw_only=True):
    """The key looks like a number that a spreadsheet shortened, e.g. 1.23E+15."""


class AmountEmpty(FieldFact, frozen=True, kw_only=True):
    """The cell for the amount is empty."""


class AmountNotMinor(FieldFact, frozen=True, kw_only=True):
    """The amount is not a whole number of minor units."""


class BothAmounts(FieldFact, frozen=True, kw_only=True):
    """The row has both an amount in minor units and a decimal amount."""


class CurrencyNeeded(FieldFact, frozen=True, kw_only=True):
    """The row has a decimal amount without a currency."""


class CurrencyWithoutDigits(FieldFact, frozen=True, kw_only=True):
    """The row has a decimal amount in an unknown currency."""

    currency: str
