"""Why a file of refunds, or a row of it, is refused: one class per case. Pure.

The texts are in `file_texts`.
"""

from refunds.texts.requests.request_fact import RequestFact


class RowRepeated(RequestFact, frozen=True, kw_only=True):
    """The same row occurs twice."""

    earlier: int


class RowAndKeyRepeated(RequestFact, frozen=True, kw_only=True):
    """The same row occurs twice with the same key."""

    earlier: int


class RowOfOtherFile(RequestFact, frozen=True, kw_only=True):
    """A row is not in the file that the key belongs to."""

    row: int


class FileOfOtherRows(RequestFact, frozen=True, kw_only=True):
    """The key belongs to a file with other rows."""

    others: int
    missing: int


class FileOfMoreRows(RequestFact, frozen=True, kw_only=True):
    """The key belongs to a file that lacks some of these rows."""

    others: int


class FileOfMissingRows(RequestFact, frozen=True, kw_only=True):
    """The key belongs to a file that has further rows."""

    missing: int


class FileInParts(RequestFact, frozen=True, kw_only=True):
    """The key belongs to several files, each for other merchants."""

    files: int


class FileOfFewerRows(RequestFact, frozen=True, kw_only=True):
    """The key belongs to a file that has further rows, of other merchants or payments."""


class FileOfManyRows(RequestFact, frozen=True, kw_only=True):
    """The file has too many rows."""

    rows_max: int


class CsvMalformed(RequestFact, frozen=True, kw_only=True):
    """A line of the file is not CSV."""

    line: int
    error: str


class CsvNotUtf8(RequestFact, frozen=True, kw_only=True):
    """The file is not UTF-8."""


class CsvWithNul(RequestFact, frozen=True, kw_only=True):
    """The file contains U+0000."""
