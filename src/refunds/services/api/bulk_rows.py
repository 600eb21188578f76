"""Reads a file of refunds, CSV or NDJSON, into rows. Whole-file mistakes are problems; a row's own stay with the row.

Files come from spreadsheets: a BOM, semicolons or tabs, decimal commas and empty lines are taken; thousands separators
and columns that we do not know are not, since guessing with money is worse than refusing.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from refunds.domain.money import AMOUNT_MAX, from_decimal_text, is_currency
from refunds.domain.payment import RefundMethod
from refunds.runtime.bodies import BodyReader, field_problem, invalid_field
from refunds.runtime.problems import Problem, ProblemKind
from refunds.runtime.rules import form
from refunds.services.api.fields import Amount, Currency, LineItems, Metadata, PaymentId, ReasonBody
from refunds.services.api.refund_bodies import CreateRefundBody

ROWS_MAX = 10_000
CSV = b"text/csv"
NDJSON = b"application/x-ndjson"
MALFORMED_CSV = ProblemKind(status=400, code="malformed_csv", title="The file is not CSV")
TOO_MANY_ROWS = ProblemKind(status=413, code="too_many_rows", title="The file has more rows than one file may have")

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
_METADATA_PREFIX = "metadata."
_DIGITS = re.compile(r"[0-9]{1,18}")
_DECIMAL = re.compile(r"[0-9]{1,15}([.,][0-9]{1,4})?")

RowKey = Annotated[str, form(r"^[ -~]{1,255}$(?!\n)", "1 to 255 printable ASCII characters")]


class BulkRow(Struct, kw_only=True, forbid_unknown_fields=True):
    """One refund of a file: as for a single one, with its own key, and the amount in major units as text if wished."""

    payment_id: PaymentId
    reason: ReasonBody
    amount: Amount | None = None
    amount_major: Annotated[str, Meta(max_length=24)] | None = None
    currency: Currency | None = None
    method: RefundMethod = RefundMethod.ORIGINAL_PAYMENT
    line_items: LineItems = []
    metadata: Metadata = {}
    submit: bool = True
    idempotency_key: RowKey | None = None

    def body(self) -> CreateRefundBody:
        """The row as the body of a single request; a problem 422 where its amounts make no sense."""
        return CreateRefundBody(
            payment_id=self.payment_id,
            reason=self.reason,
            amount=self._amount(),
            currency=self.currency,
            method=self.method,
            line_items=self.line_items,
            metadata=self.metadata,
            submit=self.submit,
        )

    def _amount(self) -> int | None:
        if self.amount_major is None:
            return self.amount
        if self.amount is not None:
            raise field_problem("/amount_major", "invalid", "Give amount or amount_major, not both.")
        if self.currency is None or not is_currency(self.currency):
            raise field_problem("/currency", "required", "amount_major needs a currency.")
        if not _DECIMAL.fullmatch(self.amount_major):
            raise field_problem(
                "/amount_major", "invalid", "Must be like 12.50 or 12,50, without thousands separators."
            )
        try:
            amount = from_decimal_text(self.amount_major.replace(",", "."), self.currency)
        except ValueError:
            raise field_problem(
                "/amount_major", "invalid", f"Has more decimal digits than {self.currency} has."
            ) from None
        if not 1 <= amount <= AMOUNT_MAX:
            raise field_problem("/amount_major", "invalid", "Must be at least one minor unit, and not absurdly large.")
        return amount


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """A row as it stands in the file; `number` counts rows that are not empty, from 1."""

    number: int
    content: bytes | Mapping[str, str] | Problem


_json_row = BodyReader(BulkRow)


def parse(row: RawRow) -> BulkRow:
    """The row, typed; a problem where it is not as described."""
    if isinstance(row.content, Problem):
        raise row.content
    if isinstance(row.content, bytes):
        return _json_row.read(row.content)
    try:
        return msgspec.convert(_nested(row.content), BulkRow, strict=False)
    except msgspec.ValidationError as error:
        raise invalid_field(str(error), BulkRow) from None


def _nested(cells: Mapping[str, str]) -> dict[str, object]:
    nested: dict[str, object] = {}
    reason: dict[str, str] = {}
    metadata: dict[str, str] = {}
    for name, cell in cells.items():
        if name.startswith("reason_"):
            reason[name.removeprefix("reason_")] = cell
        elif name.startswith(_METADATA_PREFIX):
            metadata[name.removeprefix(_METADATA_PREFIX)] = cell
        else:
            nested[name] = _whole(cell) if name == "amount" else cell
    return nested | {"reason": reason} | ({"metadata": metadata} if metadata else {})


def _whole(cell: str) -> int:
    """Minor units as digits alone: `12.00` and `1e3` are nobody's minor units."""
    if not _DIGITS.fullmatch(cell):
        raise field_problem("/amount", "invalid", "Must be a whole number of minor units; use amount_major for 12.50.")
    return int(cell)


def read_rows(body: bytes, media_type: bytes) -> Sequence[RawRow]:
    """All rows of a file. Problems: 400 where it is no such file, 413 beyond the bound of rows, 422 for its columns."""
    rows: list[RawRow] = []
    for content in _csv_rows(body) if media_type == CSV else _json_rows(body):
        if len(rows) >= ROWS_MAX:
            raise Problem(kind=TOO_MANY_ROWS, detail=f"A file has at most {ROWS_MAX} rows; nothing of it was done.")
        rows.append(RawRow(number=len(rows) + 1, content=content))
    return rows


def _json_rows(body: bytes) -> Iterator[bytes]:
    for line in body.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        if line.strip():
            yield line


def _csv_rows(body: bytes) -> Iterator[Mapping[str, str] | Problem]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(kind=MALFORMED_CSV, detail="The file is not UTF-8.") from None
    if "\x00" in text:
        raise Problem(kind=MALFORMED_CSV, detail="The file contains U+0000.")
    lines = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        names = _names(next(lines, []))
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield _named(names, cells)
    except csv.Error as error:
        raise Problem(
            kind=MALFORMED_CSV, detail=f"The file is not well-formed CSV in line {lines.line_num}: {error}."
        ) from None


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max((",", ";", "\t"), key=header.count)


def _names(cells: Sequence[str]) -> list[str]:
    names = [cell.strip().lower() if not cell.strip().startswith(_METADATA_PREFIX) else cell.strip() for cell in cells]
    for name in names:
        if name not in _COLUMNS and not name.startswith(_METADATA_PREFIX):
            raise field_problem(f"/{name}", "unknown_field", "No such column.")
    for name in ("payment_id", "reason_code"):
        if name not in names:
            raise field_problem(f"/{name}", "required", "The file needs this column.")
    if len(set(names)) != len(names):
        raise field_problem("", "invalid", "A column stands twice.")
    return names


def _named(names: Sequence[str], cells: Sequence[str]) -> Mapping[str, str] | Problem:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        return field_problem("", "invalid", f"The row has {len(cells)} cells, the header {len(names)}.")
    return {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
