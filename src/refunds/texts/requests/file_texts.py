"""The texts of refusals for files of many refunds and their rows."""

from collections.abc import Mapping

from refunds.texts.requests import file_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

_OTHER_FILE = (
    "To finish the earlier file, send it unchanged. Send new rows in another file, with another key. If you changed a "
    "row, the row may already have been paid as it was before: check that before you send it under another key."
)

FILE_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.RowRepeated: Text(
        "This row is the same as row {earlier}.",
        "Two rows with the same content would be one refund.",
        "If you want both refunds, give each row its own idempotency_key.",
    ),
    facts.RowAndKeyRepeated: Text(
        "This row and its idempotency_key are the same as in row {earlier}.",
        "Two rows with the same key would be one refund.",
        "If you want both refunds, give each row its own idempotency_key.",
    ),
    facts.RowOfOtherFile: Text(
        "Row {row} is not in the file to which the Idempotency-Key belongs.",
    ),
    facts.FileOfOtherRows: Text(
        "This Idempotency-Key belongs to a file with other rows, so nothing was done.",
        (
            "{others} rows of this file are not in the earlier file, and {missing} rows of the earlier file are "
            "missing here."
        ),
        _OTHER_FILE,
    ),
    facts.FileOfMoreRows: Text(
        "This Idempotency-Key belongs to a file with fewer rows, so nothing was done.",
        "{others} rows of this file are not in the earlier file.",
        _OTHER_FILE,
    ),
    facts.FileOfMissingRows: Text(
        "This Idempotency-Key belongs to a file with more rows, so nothing was done.",
        "{missing} rows of the earlier file are missing here.",
        _OTHER_FILE,
    ),
    facts.FileInParts: Text(
        "This Idempotency-Key belongs to several files with other rows, so nothing was done.",
        "The rows of this file were sent under this key in {files} files, each for other merchants.",
        _OTHER_FILE,
    ),
    facts.FileOfFewerRows: Text(
        "This Idempotency-Key belongs to a file with more rows, so nothing was done.",
        (
            "The earlier file has rows that are missing here: rows of other merchants, or of payments that were not "
            "found at that time."
        ),
        _OTHER_FILE,
    ),
    facts.FileOfManyRows: Text(
        "The file has too many rows, so nothing was done.",
        "A file may have at most {rows_max} rows.",
        "Send the rows in several files, each with its own Idempotency-Key.",
    ),
    facts.CsvMalformed: Text(
        "Line {line} of the file is not well-formed CSV.",
        "The reader stopped at this line: {error}.",
        "Correct the line. Put each cell that contains a separator or a quote into quotes.",
    ),
    facts.CsvNotUtf8: Text(
        "The file is not in UTF-8.",
        "The service reads files in UTF-8 only.",
        "Save the file as CSV UTF-8.",
    ),
    facts.CsvWithNul: Text(
        "The file contains the character U+0000.",
        "The service cannot store this character.",
        "Remove the character.",
    ),
}
