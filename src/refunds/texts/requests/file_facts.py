"""Refusals for files of many refunds and their rows: one class a case. Pure.

Their texts are in `file_texts`.
"""

from dataclasses import dataclass

from refunds.texts.requests.request_fact import RequestFact


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRepeated(RequestFact):
    """A row occurs twice."""

    earlier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAndKeyRepeated(RequestFact):
    """A row and its key occur twice."""

    earlier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOfOtherFile(RequestFact):
    """A row is not in the file that the key belongs to."""

    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfOtherRows(RequestFact):
    """The key belongs to a file with other rows."""

    others: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfMoreRows(RequestFact):
    """The key belongs to a file without some of these rows."""

    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfMissingRows(RequestFact):
    """The key belongs to a file with rows that are missing here."""

    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInParts(RequestFact):
    """The key belongs to several files, each for other merchants."""

    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfFewerRows(RequestFact):
    """The key belongs to a file with rows of other merchants or payments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfManyRows(RequestFact):
    """The file has too many rows."""

    rows_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvMalformed(RequestFact):
    """A line of the file is not CSV."""

    line: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvNotUtf8(RequestFact):
    """The file is not UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvWithNul(RequestFact):
    """The file contains U+0000."""
