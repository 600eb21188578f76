"""Broken rules of columns and cells of files: one class a case. Pure.

Their texts are in `cell_texts`.
"""

from dataclasses import dataclass

from refunds.texts.fields.field_fact import FieldFact


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEmpty(FieldFact):
    """The file has no line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMissing(FieldFact):
    """The file lacks a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountColumnMissing(FieldFact):
    """The file lacks a column of amounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUnknown(FieldFact):
    """The file has a column that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTwice(FieldFact):
    """The file has a column twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatorUnknown(FieldFact):
    """The line `sep=` names no separator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatorDiffers(FieldFact):
    """A row has another separator than the header."""

    header: str
    row: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsTooMany(FieldFact):
    """A row has more cells than the header."""

    cells: int
    names: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellWithoutColumn(FieldFact):
    """A cell below an empty name."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyEmpty(FieldFact):
    """An empty cell of the currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodEmpty(FieldFact):
    """An empty cell of the method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitEmpty(FieldFact):
    """An empty cell of `submit`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitUnclear(FieldFact):
    """A cell of `submit` that is neither true nor false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyShortened(FieldFact):
    """A key that a spreadsheet saved as a number with an exponent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountEmpty(FieldFact):
    """A row without an amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountNotMinor(FieldFact):
    """An amount that is not in minor units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BothAmounts(FieldFact):
    """A row with both amounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyNeeded(FieldFact):
    """A decimal amount without a currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyWithoutDigits(FieldFact):
    """A decimal amount in an unknown currency."""

    currency: str
