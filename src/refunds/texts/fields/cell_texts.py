"""The texts of broken rules of columns and cells of files."""

from collections.abc import Mapping

from refunds.texts.fields import cell_facts as facts
from refunds.texts.fields.field_fact import FieldFact

CELL_TEXTS: Mapping[type[FieldFact], str] = {
    facts.FileEmpty: "The file is empty: it needs a line with the columns' names.",
    facts.ColumnMissing: "The file needs this column.",
    facts.AmountColumnMissing: (
        "The file needs a column amount or amount_major; `all` in it asks for all that is left."
    ),
    facts.ColumnUnknown: "No such column; a file may have {known}, and metadata.NAME.",
    facts.ColumnTwice: "The file has this column twice.",
    facts.SeparatorUnknown: "Cells are separated by comma, semicolon or tab: sep=, sep=; or a tab.",
    facts.SeparatorDiffers: (
        "The header separates its cells by {header}, this row by {row}. All lines of a file have one separator: "
        "save the file again as CSV."
    ),
    facts.CellsTooMany: "The row has {cells} cells, the header {names}.",
    facts.CellWithoutColumn: "Cell {number} of the row stands in a column without a name.",
    facts.CurrencyEmpty: "Is empty: write the currency of the payment, as EUR.",
    facts.MethodEmpty: "Is empty: write the method, as original_payment.",
    facts.SubmitEmpty: "Is empty: write true, or false for a draft.",
    facts.SubmitUnclear: "Must be true, or false for a draft; no other words or numbers.",
    facts.KeyShortened: (
        "Looks like a number that a spreadsheet has shortened, so that several rows may get one key. Format the "
        "column as text and write the keys again."
    ),
    facts.AmountEmpty: "Is empty: write the amount, or `all` for all that is left.",
    facts.AmountNotMinor: "Must be a whole number of minor units, or `all`; use amount_major for 12.50.",
    facts.BothAmounts: "Give amount or amount_major, not both.",
    facts.CurrencyNeeded: "amount_major needs a currency.",
    facts.CurrencyWithoutDigits: (
        "{currency} is no known currency; write what is refunded in a column amount, in minor units."
    ),
}
