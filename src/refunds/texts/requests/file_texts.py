"""Contains the texts for files of refunds that are refused, and for their rows."""

from collections.abc import Mapping

from refunds.texts.requests import file_facts as facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.text import Text

_OTHER_FILE = (
    "To finish the earlier file, send the earlier file again unchanged. Send new rows in another file with another "
    "key. If you have changed a row, its refund may already be paid with the earlier values. Check this before you "
    "send the changed row with another key."
)

FILE_TEXTS: Mapping[type[RequestFact], Text] = {
    facts.RowRepeated: Text(
        "This row is the same as row {earlier}.",
        "Two rows with the same content would create only one refund.",
        "If you want two refunds, give each of the two rows its own idempotency_key.",
    ),
    facts.RowAndKeyRepeated: Text(
        "This row and its idempotency_key are the same as in row {earlier}.",
        "Two rows with the same key would create only one refund.",
        "If you want two refunds, give each of the two rows its own idempotency_key.",
    ),
    facts.RowOfOtherFile: Text(
        "The Idempotency-Key belongs to an earlier file. Row {row} of this file is not in the earlier file.",
    ),
    facts.FileOfOtherRows: Text(
        "Nothing was done, because this Idempotency-Key belongs to an earlier file with other rows.",
        (
            "Rows of this file that are not in the earlier file: {others}. Rows of the earlier file that are not in "
            "this file: {missing}."
        ),
        _OTHER_FILE,
    ),
    facts.FileOfMoreRows: Text(
        "Nothing was done, because this Idempotency-Key belongs to an earlier file that lacks rows of this file.",
        "Rows of this file that are not in the earlier file: {others}.",
        _OTHER_FILE,
    ),
    facts.FileOfMissingRows: Text(
        "Nothing was done, because this Idempotency-Key belongs to an earlier file that has more rows than this file.",
        "Rows of the earlier file that are not in this file: {missing}.",
        _OTHER_FILE,
    ),
    facts.FileInParts: Text(
        "Nothing was done, because this Idempotency-Key belongs to several earlier files with other rows.",
        "The rows of this file were sent earlier with this key in {files} files, each for other merchants.",
        _OTHER_FILE,
    ),
    facts.FileOfFewerRows: Text(
        "Nothing was done, because this Idempotency-Key belongs to an earlier file that has more rows than this file.",
        (
            "Some rows of the earlier file are not in this file. These rows are for other merchants, or for payments "
            "that the service did not find at that time."
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
        "The service stopped reading at this line. The error is: {error}.",
        "Correct the line. Put quotes around each cell that contains a separator or a quote.",
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
