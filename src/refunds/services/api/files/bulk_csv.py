"""Reads CSV files as spreadsheets write them. Returns each row's cells by the names of their columns.

This module is called for files of refunds. A file may have a byte order mark, a first line `sep=;`, empty lines, and
any line ends. The separator is a comma, a semicolon or a tab. Column names may be quoted, be in any case, and have
spaces around them. Empty columns may have no name. Numbers may be written as text (`'100`, `="100"`).

The whole file is refused if a column is unknown or the file is not CSV in UTF-8. The problem lists all faults of the
columns.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from refunds.runtime.http.problems import Problem, ProblemKind, problem
from refunds.runtime.schema.decoding import field_problem, joined
from refunds.runtime.schema.faults import FAULTS_MAX
from refunds.texts.fields import cell_facts
from refunds.texts.fields.field_fact import FieldFact
from refunds.texts.requests import file_facts as facts

MALFORMED_CSV = ProblemKind(status=400, code="malformed_csv")
METADATA_PREFIX = "metadata."

_COLUMNS = {
    "payment_id",
    "amount",
    "amount_major",
    "currency",
    "method",
    "reason_code",
    "reason_text",
    "submit",
    "idempotency_key",
}
_NEEDED: Mapping[str, FieldFact] = {
    "payment_id": cell_facts.ColumnMissing(),
    "reason_code": cell_facts.ColumnMissing(),
    "amount": cell_facts.AmountColumnMissing(),
}
_NO_SUCH_COLUMN = cell_facts.ColumnUnknown(known=", ".join(sorted(_COLUMNS)))
_SEPARATORS = ",;\t"
_SEPARATOR_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs"}
_SEPARATOR_LINE = re.compile(r"""\A\s*"?sep=(?P<mark>[^\r\n"]?)["\s,;]*?(?=[\r\n]|\Z)""", re.IGNORECASE)
_NOTHING = f'{_SEPARATORS} "\u00a0\ufeff\r'
_EDGES = r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+"
_EDGE = re.compile(rf"\A{_EDGES}|{_EDGES}\Z")
_AS_TEXT = re.compile(r'="([^"]*)"')


def csv_rows(body: bytes) -> Iterator[Mapping[str, str] | Problem]:
    """Yields each row that is not empty, as its cells by column name. An empty cell is "".

    Yields a problem instead of a row that has too many cells. Raises a problem 400 if the file is not CSV in UTF-8, and
    422 if its columns are invalid.
    """
    text = _text_of(body)
    text, separator = _separated(text)
    lines = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names: list[str] = []
        for cells in lines:
            if not any(_trimmed(cell).strip(_SEPARATORS) for cell in cells):
                continue
            if names:
                yield _named(names, cells, separator)
            else:
                names = _names(cells)
    except csv.Error as error:
        raise problem(MALFORMED_CSV, facts.CsvMalformed(line=lines.line_num, error=str(error))) from None
    if not names:
        raise field_problem("/payment_id", "required", cell_facts.FileEmpty())


def _text_of(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise problem(MALFORMED_CSV, facts.CsvNotUtf8()) from None
    if "\x00" in text:
        raise problem(MALFORMED_CSV, facts.CsvWithNul())
    return text


def _separated(text: str) -> tuple[str, str]:
    """Returns the text and the separator of its cells. A first line `sep=;` is replaced by an empty line."""
    found = _SEPARATOR_LINE.match(text)
    if found is None:
        head = next((line for line in text.splitlines() if line.strip(_NOTHING)), "")
        return text, max(_SEPARATORS, key=head.count)
    if not found["mark"] or found["mark"] not in _SEPARATORS:
        raise field_problem("/sep", "invalid", cell_facts.SeparatorUnknown())
    return text[found.end() :], found["mark"]


def _trimmed(cell: str) -> str:
    """Returns the cell without spaces and invisible characters at its ends."""
    bare = cell.strip()
    return bare if bare.isascii() else _EDGE.sub("", bare)


def _names(cells: Sequence[str]) -> list[str]:
    names = [_name(cell) for cell in cells]
    known = {*names, "amount"} if "amount_major" in names else set(names)
    faults = [
        field_problem(f"/{name}", "unknown_field", _NO_SUCH_COLUMN)
        for name in names
        if name and name not in _COLUMNS and not name.startswith(METADATA_PREFIX)
    ]
    faults += [field_problem(f"/{name}", "required", fact) for name, fact in _NEEDED.items() if name not in known]
    faults += [
        field_problem(f"/{name}", "invalid", cell_facts.ColumnTwice())
        for name in sorted(known)
        if name and names.count(name) > 1
    ]
    if faults:
        raise joined(faults[:FAULTS_MAX])
    return names


def _name(cell: str) -> str:
    """Returns a column's name in small letters, with `_` for spaces. The part after `metadata.` is kept as written."""
    bare = _trimmed(cell)
    lowered = re.sub(r"\s+", "_", bare.lower())
    return METADATA_PREFIX + bare[len(METADATA_PREFIX) :] if lowered.startswith(METADATA_PREFIX) else lowered


def _named(names: Sequence[str], cells: Sequence[str], separator: str) -> Mapping[str, str] | Problem:
    if other := _other_separator(names, cells, separator):
        return field_problem(
            "",
            "invalid",
            cell_facts.SeparatorDiffers(header=_SEPARATOR_NAMES[separator], row=_SEPARATOR_NAMES[other]),
        )
    if len(cells) > len(names) and any(_trimmed(cell) for cell in cells[len(names) :]):
        return field_problem("", "invalid", cell_facts.CellsTooMany(cells=len(cells), names=len(names)))
    found = dict.fromkeys(filter(None, names), "")
    for number, (name, cell) in enumerate(zip(names, cells, strict=False), 1):
        if name:
            found[name] = _cell(name, cell)
        elif _trimmed(cell):
            return field_problem("", "invalid", cell_facts.CellWithoutColumn(number=number))
    return found


def _other_separator(names: Sequence[str], cells: Sequence[str], separator: str) -> str:
    """Returns the separator that would split a row with too few cells into enough cells.

    Returns an empty text if there is no such separator.
    """
    if len(cells) >= len(names):
        return ""
    line = separator.join(cells)
    return next((mark for mark in _SEPARATORS if mark != separator and line.count(mark) >= len(names) - 1), "")


def _cell(name: str, cell: str) -> str:
    """Returns the text of a cell.

    Spreadsheets mark a number as text by `="100"` or `'100`. These marks are removed. But a `'` at the start of a
    reason text or of metadata is kept.
    """
    bare = cell.strip()
    if as_text := _AS_TEXT.fullmatch(bare):
        bare = as_text[1].strip()
    if name == "reason_text" or name.startswith(METADATA_PREFIX):
        return bare
    return _trimmed(bare.removeprefix("'"))
