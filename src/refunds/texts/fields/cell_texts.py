"""Contains the texts for rules that columns and cells of a file break."""

from collections.abc import Mapping

from refunds.texts.fields import cell_facts as facts
from refunds.texts.fields.field_fact import FieldFact

CELL_TEXTS: Mapping[type[FieldFact], str] = {
    facts.FileEmpty: "The file is empty: its first line must have the names of the columns.",
    facts.ColumnMissing: "The file must have this column.",
    facts.AmountColumnMissing: (
        "The file must have a column amount or a column amount_major. Write `all` in this column to refund the whole "
        "amount that is left."
    ),
    facts.ColumnUnknown: (
        "The service does not know this column. A file may have these columns: {known}, and metadata.NAME with any "
        "NAME."
    ),
    facts.ColumnTwice: "The file has this column twice.",
    facts.SeparatorUnknown: (
        "The line sep= must name a comma, a semicolon or a tab: write `sep=,` or `sep=;`, or `sep=` and a tab."
    ),
    facts.SeparatorDiffers: (
        "The cells of the header are separated by {header}, but the cells of this row are separated by {row}. All "
        "lines of a file must have the same separator. Save the file again as CSV."
    ),
    facts.CellsTooMany: (
        "The row has {cells} cells, but the header has {names} names. Remove cells from the row, or add names to the "
        "header."
    ),
    facts.CellWithoutColumn: (
        "Cell {number} of the row is in a column without a name. Give the column a name, or empty the cell."
    ),
    facts.CurrencyEmpty: "The cell is empty. Write the currency of the payment, such as EUR.",
    facts.MethodEmpty: "The cell is empty. Write the method, such as original_payment.",
    facts.SubmitEmpty: "The cell is empty. Write true to submit the refund, or false to create a draft.",
    facts.SubmitUnclear: (
        "Must be true (to submit the refund) or false (to create a draft). Other words and numbers are not accepted."
    ),
    facts.KeyShortened: (
        "This key looks like a number that a spreadsheet has shortened. Several rows may now have the same key. Format "
        "the column as text, then write the keys again."
    ),
    facts.AmountEmpty: "The cell is empty. Write the amount, or `all` to refund the whole amount that is left.",
    facts.AmountNotMinor: (
        "Must be a whole number of minor units, or `all`. For an amount such as 12.50, use the column amount_major."
    ),
    facts.BothAmounts: "The row has both amount and amount_major. Write only one of them.",
    facts.CurrencyNeeded: "An amount_major needs a currency. Write the currency in the column currency.",
    facts.CurrencyWithoutDigits: (
        "The service does not know the currency {currency}, nor how many decimals it has. Write the amount in minor "
        "units in the column amount."
    ),
}
