"""The texts of broken rules of columns and cells of files."""

from collections.abc import Mapping

from refunds.texts.fields import cell_facts as facts
from refunds.texts.fields.field_fact import FieldFact

CELL_TEXTS: Mapping[type[FieldFact], str] = {
    facts.FileEmpty: "The file is empty: its first line must have the names of the columns.",
    facts.ColumnMissing: "The file must have this column.",
    facts.AmountColumnMissing: (
        "The file must have a column amount or amount_major. Write `all` in this column to refund all that is left."
    ),
    facts.ColumnUnknown: "The column is not known. A file may have these columns: {known}, and metadata.NAME.",
    facts.ColumnTwice: "The file has this column twice.",
    facts.SeparatorUnknown: (
        "The line sep= must name a comma, a semicolon or a tab: write `sep=,` or `sep=;`, or `sep=` and a tab."
    ),
    facts.SeparatorDiffers: (
        "The header separates its cells by {header}, but this row separates them by {row}. All lines of a file must "
        "have the same separator: save the file again as CSV."
    ),
    facts.CellsTooMany: (
        "The row has {cells} cells, but the header has {names} names. Remove cells from the row, or add names to the "
        "header."
    ),
    facts.CellWithoutColumn: (
        "Cell {number} of the row belongs to a column without a name. Name the column, or empty the cell."
    ),
    facts.CurrencyEmpty: "Is empty: write the currency of the payment, such as EUR.",
    facts.MethodEmpty: "Is empty: write the method, such as original_payment.",
    facts.SubmitEmpty: "Is empty: write true, or false for a draft.",
    facts.SubmitUnclear: "Must be true, or false for a draft. Other words and numbers are not accepted.",
    facts.KeyShortened: (
        "Looks like a number that a spreadsheet shortened, so that several rows may have the same key. Format the "
        "column as text, then write the keys again."
    ),
    facts.AmountEmpty: "Is empty: write the amount, or `all` to refund all that is left.",
    facts.AmountNotMinor: (
        "Must be a whole number of minor units, or `all`. For an amount such as 12.50, use the column amount_major."
    ),
    facts.BothAmounts: "Give amount or amount_major, not both.",
    facts.CurrencyNeeded: "An amount_major needs a currency: write it in the column currency.",
    facts.CurrencyWithoutDigits: (
        "{currency} is not a known currency, so the number of its decimals is not known. Write the amount in minor "
        "units in the column amount."
    ),
}
