"""The texts of refusals for files of many refunds and their rows."""

from collections.abc import Mapping

from refunds.texts.requests import file_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

_OTHER_FILE = (
    "To finish that file, send it unchanged. Send new rows in a file of their own, with another key. A row that was "
    "changed may have been paid as it was: look before you send it under another key."
)

FILE_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.RowRepeated: Text(
        "The same as row {earlier}.",
        "Rows with one content are one refund.",
        "If both are meant, give each an idempotency_key of its own.",
    ),
    facts.RowAndKeyRepeated: Text(
        "The same and the same idempotency_key as row {earlier}.",
        "One key is one refund.",
        "If both are meant, give each an idempotency_key of its own.",
    ),
    facts.RowOfOtherFile: Text("Row {row} is not in the key's file."),
    facts.FileOfOtherRows: Text(
        "This Idempotency-Key belongs to a file with other rows; nothing was done.",
        "Rows here that are not in it: {others}. Rows of it that are missing here: {missing}.",
        _OTHER_FILE,
    ),
    facts.FileOfMoreRows: Text(
        "This Idempotency-Key belongs to a file with fewer rows; nothing was done.",
        "Rows here that are not in it: {others}.",
        _OTHER_FILE,
    ),
    facts.FileOfMissingRows: Text(
        "This Idempotency-Key belongs to a file with more rows; nothing was done.",
        "Rows of it that are missing here: {missing}.",
        _OTHER_FILE,
    ),
    facts.FileInParts: Text(
        "This Idempotency-Key belongs to files with other rows; nothing was done.",
        "The rows here were sent under it in {files} files, each for merchants of its own.",
        _OTHER_FILE,
    ),
    facts.FileOfFewerRows: Text(
        "This Idempotency-Key belongs to a file with further rows; nothing was done.",
        "Its rows of merchants that are not named here, or of payments that were not found then, are missing here.",
        _OTHER_FILE,
    ),
    facts.FileOfManyRows: Text(
        "The file has too many rows; nothing of it was done.",
        "A file has at most {rows_max} rows.",
        "Send the rows in several files, each with an Idempotency-Key of its own.",
    ),
    facts.CsvMalformed: Text(
        "The file is not well-formed CSV in line {line}.",
        "The reader stopped there: {error}.",
        "Mend the line; cells with a separator or a quote stand in quotes.",
    ),
    facts.CsvNotUtf8: Text("The file is not UTF-8.", "Files are read in UTF-8 only.", "Save the file as CSV UTF-8."),
    facts.CsvWithNul: Text("The file contains U+0000.", "This character cannot be stored.", "Remove it."),
}
