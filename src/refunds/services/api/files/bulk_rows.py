"""Reads a CSV or NDJSON file of refunds into rows.

A mistake of the whole file raises a problem. A mistake of one row is reported with that row. In CSV, the amount is
never empty, and `all` requests the whole refundable amount. In NDJSON, a row is the body of a single request. An NDJSON
row without an amount requests the whole refundable amount. An ambiguous amount is refused, never guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from refunds.domain.eligibility.eligibility import ConnectedMethod
from refunds.domain.money import EXPONENTS
from refunds.runtime.http.problems import Problem, ProblemKind, problem
from refunds.runtime.schema.decoding import BodyReader, field_problem, invalid_field
from refunds.runtime.schema.validation_messages import form
from refunds.services.api.fields import NO_AMOUNT, Currency, LineItems, Metadata, PaymentId, ReasonBody, RefundAmount
from refunds.services.api.files.bulk_amounts import minor_units_of
from refunds.services.api.files.bulk_csv import METADATA_PREFIX, csv_rows
from refunds.services.api.routes.refund_bodies import CreateRefundBody
from refunds.texts.fields import cell_facts
from refunds.texts.requests import file_facts as facts

ROWS_MAX = 10_000
CSV = b"text/csv"
NDJSON = b"application/x-ndjson"
TOO_MANY_ROWS = ProblemKind(status=413, code="too_many_rows")

_DIGITS = re.compile(r"[0-9]{1,18}")
_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E[+-]?[0-9]+", re.IGNORECASE)
"""Matches a long number that a spreadsheet saved with an exponent. The last digits of such a number are lost."""
ALL = "all"
"""The text of an amount cell that requests the whole refundable amount. An empty cell never requests it."""

_FILLED = {
    "currency": cell_facts.CurrencyEmpty(),
    "method": cell_facts.MethodEmpty(),
    "submit": cell_facts.SubmitEmpty(),
}
"""Columns that decide how money moves. If a file has such a column, no row may leave that column empty."""

RowKey = Annotated[
    str, form(r"^(?=.*[!-~])[ -~]{1,255}$(?!\n)", "1 to 255 printable ASCII characters, not spaces alone")
]


class BulkRow(Struct, kw_only=True, forbid_unknown_fields=True):
    """One row of a file. It has the fields of a request for a single refund.

    It may also have its own idempotency key, and a decimal amount as text.
    """

    payment_id: PaymentId
    reason: ReasonBody
    amount: RefundAmount | UnsetType = UNSET
    amount_major: Annotated[str, Meta(max_length=24)] | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    method: ConnectedMethod = ConnectedMethod.ORIGINAL_PAYMENT
    line_items: LineItems = []
    metadata: Metadata = {}
    submit: bool = True
    idempotency_key: RowKey | UnsetType = UNSET

    def body(self) -> CreateRefundBody:
        """Returns the row as the body of a single request. Raises a problem 422 if the row's amounts are invalid."""
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

    def _amount(self) -> int | UnsetType:
        if isinstance(self.amount_major, UnsetType):
            return self.amount
        if not isinstance(self.amount, UnsetType):
            raise _both_amounts()
        if isinstance(self.currency, UnsetType):
            raise field_problem("/currency", "required", cell_facts.CurrencyNeeded())
        if self.currency not in EXPONENTS:
            raise field_problem("/currency", "invalid", cell_facts.CurrencyWithoutDigits(currency=self.currency))
        return minor_units_of(self.amount_major, self.currency)


def _both_amounts() -> Problem:
    return field_problem("/amount_major", "invalid", cell_facts.BothAmounts())


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """A row as it is written in the file. `number` counts from 1, and counts only rows that are not empty."""

    number: int
    content: bytes | Mapping[str, str] | Problem


_json_row = BodyReader(BulkRow, {"/amount": NO_AMOUNT})


def parse(row: RawRow) -> BulkRow:
    """Returns the decoded row. Raises a problem if the row is invalid."""
    if isinstance(row.content, Problem):
        raise row.content
    if isinstance(row.content, bytes):
        return _json_row.read(row.content)
    try:
        return msgspec.convert(_nested(row.content), BulkRow)
    except msgspec.ValidationError as error:
        raise invalid_field(str(error), BulkRow) from None


def _nested(cells: Mapping[str, str]) -> dict[str, object]:
    nested: dict[str, object] = _amounts(cells)
    reason: dict[str, str] = {}
    metadata: dict[str, str] = {}
    for name, cell in cells.items():
        if not cell:
            if name in _FILLED:
                raise field_problem(f"/{name}", "required", _FILLED[name])
        elif name.startswith("reason_"):
            reason[name.removeprefix("reason_")] = cell
        elif name.startswith(METADATA_PREFIX):
            metadata[name.removeprefix(METADATA_PREFIX)] = cell
        elif name == "submit":
            nested[name] = _truth(cell)
        elif name not in _AMOUNTS:
            nested[name] = cell
    _refuse_shortened_key(cells.get("idempotency_key", ""))
    return nested | {"reason": reason} | ({"metadata": metadata} if metadata else {})


def _refuse_shortened_key(cell: str) -> None:
    if _SHORTENED.fullmatch(cell):
        raise field_problem("/idempotency_key", "invalid", cell_facts.KeyShortened())


def _truth(cell: str) -> bool:
    """Returns True or False for the words true and false, in any case.

    Raises a problem for all other words, such as 0, no and words of other languages, because they are ambiguous.
    """
    given = _TRUTHS.get(cell.lower())
    if given is None:
        raise field_problem("/submit", "invalid", cell_facts.SubmitUnclear())
    return given


_TRUTHS = {"true": True, "false": False}
_AMOUNTS = ("amount", "amount_major")


def _amounts(cells: Mapping[str, str]) -> dict[str, object]:
    """Returns the row's amount by its column, or an empty dict if the row requests the whole refundable amount.

    Raises a problem if the row has no amount, or an amount in both columns.
    """
    given = {name: cells[name] for name in _AMOUNTS if cells.get(name)}
    if not given:
        name = next((name for name in _AMOUNTS if name in cells), "amount")
        raise field_problem(f"/{name}", "required", cell_facts.AmountEmpty())
    if any(cell.lower() == ALL for cell in given.values()):
        if len(given) > 1:
            raise _both_amounts()
        return {}
    return {name: _whole(cell) if name == "amount" else cell for name, cell in given.items()}


def _whole(cell: str) -> int:
    """Returns an amount in minor units, which must be written in digits only. Refuses `12.00` and `1e3`."""
    if not _DIGITS.fullmatch(cell):
        raise field_problem("/amount", "invalid", cell_facts.AmountNotMinor())
    return int(cell)


def read_rows(body: bytes, media_type: bytes) -> Sequence[RawRow]:
    """Returns all rows of a file.

    Raises a problem 400 if the body is not a file of this type, 413 if there are too many rows, and 422 if the columns
    are invalid.
    """
    rows: list[RawRow] = []
    for content in csv_rows(body) if media_type == CSV else _json_rows(body):
        if len(rows) >= ROWS_MAX:
            raise problem(TOO_MANY_ROWS, facts.FileOfManyRows(rows_max=ROWS_MAX))
        rows.append(RawRow(number=len(rows) + 1, content=content))
    return rows


def _json_rows(body: bytes) -> Iterator[bytes]:
    for line in body.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        if line.strip():
            yield line
