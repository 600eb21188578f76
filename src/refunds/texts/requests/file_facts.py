"""Defines the reasons why a file of refunds, or one of its rows, is refused.

There is one class per reason. `file_texts` has their texts.
"""

from refunds.texts.requests.request_fact import RequestFact


class RowRepeated(RequestFact, frozen=True, kw_only=True):
    """The same row occurs twice."""

    earlier: int


class RowAndKeyRepeated(RequestFact, frozen=True, kw_only=True):
    """The same row occurs twice with the same key."""

    earlier: int


class RowOfOtherFile(RequestFact, frozen=True, kw_only=True):
    """The row is not in the file to which the key belongs."""

    row: int


class FileOfOtherRows(RequestFact, frozen=True, kw_only=True):
    """The key belongs to a file with other rows.

    `others` rows are only in this file, and `missing` rows are only in the earlier file.
    """

    others: int
    missing: int


class FileOfMoreRows(RequestFact, frozen=True, kw_only=True):
    """The key belongs to a file that does not have all rows of this file."""

    others: int


class FileOfMissingRows(RequestFact, frozen=True, kw_only=True):
    """The key belongs to a file that has more rows than this file."""

    missing: int


class FileInParts(RequestFact, frozen=True, kw_only=True):
    """The key belongs to several files, each for different merchants."""

    files: int


class FileOfFewerRows(RequestFact, frozen=True, kw_only=True):
    """The key belongs to an earlier file, which has more rows than this file.

    The missing rows belong to other merchants, or to payments that were not found when the earlier file was sent.
    """


class FileOfManyRows(RequestFact, frozen=True, kw_only=True):
    """The file has too many rows."""

    rows_max: int


class CsvMalformed(RequestFact, frozen=True, kw_only=True):
    """A line of the file is not well-formed CSV."""

    line: int
    error: str


class CsvNotUtf8(RequestFact, frozen=True, kw_only=True):
    """The file is not UTF-8."""


class CsvWithNul(RequestFact, frozen=True, kw_only=True):
    """The file contains U+0000."""
