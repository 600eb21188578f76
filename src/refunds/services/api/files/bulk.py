"""Creates refunds from a file. Each row is a separate refund with its own result. A dry run stores nothing.

A row's idempotency key is in its own column. For a row without a key, the key is the request's key with a hash of the
row's content. So an interrupted file can be sent again, even with its rows in another order. For a refund that already
exists, the answer is the same as when the refund was created.

The request's key is bound to all rows without their own key before these rows are processed. If the same key comes with
other rows, the whole file is refused. A window of several rows is processed at once, so that the rows share commits.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

import msgspec
import structlog
from msgspec import UNSET, Meta, Struct, UnsetType

from refunds.domain.errors import KeyReused, PaymentNotFound
from refunds.domain.payment.payment import Decision
from refunds.domain.refund.bulk_file import FileDifference, FileRow
from refunds.domain.tenancy import Principal
from refunds.ports.payments.payments import PaymentStore
from refunds.runtime.http.endpoint import KEY_CHARS_MAX, Answer, Call, Endpoint, Example
from refunds.runtime.http.problems import (
    INTERNAL,
    INVALID_HEADER,
    FieldError,
    Problem,
    ProblemKind,
    problem,
    problem_of,
)
from refunds.runtime.schema.decoding import fingerprint, read_query
from refunds.services.api.fields import ReasonBody
from refunds.services.api.files.bulk_rows import CSV, NDJSON, ROWS_MAX, BulkRow, RawRow, parse, read_rows
from refunds.services.api.problems import PROBLEMS
from refunds.services.api.routes.refund_bodies import ROUTE, CreateRefundBody, command_of
from refunds.services.api.routes.refund_examples import EXAMPLE_REFUND_ID
from refunds.texts.requests import file_facts, header_facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.requests.request_texts import detail_of
from refunds.usecases.refunds.claim_file_key import ClaimFileKey
from refunds.usecases.refunds.create_refund import CreateRefund, CreateRefundCommand
from refunds.usecases.refunds.preview_refunds import PreviewRefunds

FILE_BYTES_MAX = 10 * 1024 * 1024
FILE_WITHIN_S = 300.0
WINDOW_ROWS = 64
"""Number of rows that are processed at the same time."""

DUPLICATE_ROW = ProblemKind(status=422, code="duplicate_row")

Make: TypeAlias = Callable[[Principal, CreateRefundCommand], Awaitable[Decision]]

log = structlog.stdlib.get_logger()
_encoder = msgspec.json.Encoder()


OTHER_ROWS_SHOWN_MAX = 100
ROW_KEY_CHARS = 32
"""Length of the hash in the key of a row that has no key of its own. Equal rows get the same hash."""

OUTCOME_UNKNOWN = "outcome_unknown"


class BulkQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """The query of the route. If `dry_run` is true, nothing is stored."""

    dry_run: Annotated[bool, Meta(description="If true, every row is checked and nothing is stored.")] = False


class RowError(Struct, kw_only=True):
    """The reason why a row was refused."""

    code: str
    pointer: str
    detail: str


class RowResult(Struct, kw_only=True):
    """The result of one row. `outcome` is `created`, `replayed`, `valid`, `refused` or `unknown`.

    `replayed` means that an earlier request created the refund. `valid` occurs only in a dry run. `unknown` means that
    it is not known whether the refund was created.
    """

    row: int
    outcome: str
    idempotency_key: str | None = None
    refund_id: str | None = None
    payment_id: str | None = None
    status: str | None = None
    amount: int | None = None
    currency: str | None = None
    error: RowError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of a file. If the row is invalid, `request` is the error."""

    number: int
    request: CreateRefundCommand | Exception
    has_own_key: bool = False


@dataclass(slots=True)
class _File:
    """A file that is being processed. `seen` maps a row's own key and content to the number of the first such row."""

    key: str
    principal: Principal
    make: Make
    is_dry_run: bool
    seen: dict[str, int] = field(default_factory=dict)
    payments: Collection[str] = ()
    """The ids of the payments in the caller's scope. A row about any other payment is refused at once."""

    async def prepared(self, rows: Sequence[RawRow]) -> list["_Row"]:
        """Returns the rows as requests. Pauses between some rows, so that the process can also serve other requests."""
        found: list[_Row] = []
        for row in rows:
            if row.number % WINDOW_ROWS == 0:
                await asyncio.sleep(0)
            found.append(self._prepared(row))
        return found

    def _prepared(self, row: RawRow) -> "_Row":
        try:
            return self._command(row.number, parse(row))
        except Exception as error:  # noqa: BLE001 - a row's mistake stays with the row
            return _Row(number=row.number, request=error)

    async def results(self, rows: Sequence["_Row"]) -> AsyncGenerator[bytes, None]:
        """Yields the results as lines of JSON, one per row and in the order of the rows."""
        for start in range(0, len(rows), WINDOW_ROWS):
            window = rows[start : start + WINDOW_ROWS]
            if self.is_dry_run:
                found = [await self._result(row) for row in window]
            else:
                found = await asyncio.gather(*map(self._result, window))
            yield b"".join(_encoder.encode(result) + b"\n" for result in found)

    async def _result(self, row: "_Row") -> RowResult:
        command = row.request
        if isinstance(command, Exception):
            return _refused(row.number, None, None, command)
        try:
            decision = await self._decided(command)
        except Exception as error:  # noqa: BLE001 - a row's mistake stays with the row
            return _refused(row.number, command.idempotency_key, command.payment_id, error)
        return self._made(row.number, command.idempotency_key, decision)

    async def _decided(self, command: CreateRefundCommand) -> Decision:
        if command.payment_id not in self.payments:
            raise PaymentNotFound(id=command.payment_id, pointer="/payment_id")
        return await self.make(self.principal, command)

    def _command(self, number: int, row: BulkRow) -> "_Row":
        body = row.body()
        key = row.idempotency_key
        content = fingerprint(ROUTE, body)
        own_key = "" if isinstance(key, UnsetType) else key
        earlier = self.seen.setdefault(f"{own_key}:{content}", number)
        if earlier != number:
            kind = file_facts.RowAndKeyRepeated if own_key else file_facts.RowRepeated
            raise problem(DUPLICATE_ROW, kind(earlier=earlier))
        if isinstance(key, UnsetType):
            key = f"{self.key}:{content[:ROW_KEY_CHARS]}"
        return _Row(number=number, request=command_of(body, key), has_own_key=row.idempotency_key is not UNSET)

    def _made(self, number: int, key: str, decision: Decision) -> RowResult:
        outcome = "replayed" if decision.replayed else "valid" if self.is_dry_run else "created"
        is_stored = decision.replayed or not self.is_dry_run
        return RowResult(
            row=number,
            outcome=outcome,
            idempotency_key=key,
            refund_id=decision.refund.id if is_stored else None,
            payment_id=decision.payment.id,
            status=decision.refund.status,
            amount=decision.refund.amount,
            currency=decision.payment.currency,
        )


def _refused(number: int, key: str | None, payment_id: str | None, error: Exception) -> RowResult:
    refused = problem_of(error, PROBLEMS)
    if refused.kind is INTERNAL:
        log.error("bulk.row_failed", row=number, exc_info=error)
    pointer = refused.errors[0].pointer if refused.errors else ""
    return RowResult(
        row=number,
        outcome="unknown" if refused.kind.code == OUTCOME_UNKNOWN else "refused",
        idempotency_key=key,
        payment_id=payment_id,
        error=RowError(code=refused.kind.code, pointer=pointer, detail=refused.detail),
    )


def _difference(found: FileDifference) -> RequestFact:
    """Returns how the rows differ from those of the first file with this key."""
    others, missing = len(found.other_rows), found.missing_count
    if others and missing:
        return file_facts.FileOfOtherRows(others=others, missing=missing)
    if others or missing:
        return file_facts.FileOfMoreRows(others=others) if others else file_facts.FileOfMissingRows(missing=missing)
    return file_facts.FileInParts(files=found.files_count) if found.files_count > 1 else file_facts.FileOfFewerRows()


def _other_file(found: FileDifference) -> Problem:
    """Returns the problem that refuses the whole file."""
    others = [
        FieldError(pointer=f"/rows/{number}", code="other_row", detail=detail_of(file_facts.RowOfOtherFile(row=number)))
        for number in found.other_rows[:OTHER_ROWS_SHOWN_MAX]
    ]
    return problem(PROBLEMS[KeyReused], _difference(found), errors=others)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRoutes:
    """Handles the route for files of refunds."""

    payments: PaymentStore
    create_refund: CreateRefund
    claim_file_key: ClaimFileKey

    async def take(self, call: Call) -> Answer:
        """Handles POST /v1/refunds/bulk."""
        key = call.idempotency_key()
        if len(key) > KEY_CHARS_MAX - ROW_KEY_CHARS - 1:
            raise problem(INVALID_HEADER, header_facts.FileKeyTooLong(chars_max=KEY_CHARS_MAX - ROW_KEY_CHARS - 1))
        query = read_query(BulkQuery, call.query)
        media_type = call.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        rows = read_rows(call.body, media_type)
        make: Make = self.create_refund
        if query.dry_run:
            make = PreviewRefunds(payments=self.payments, create_refund=self.create_refund)
        file = _File(key=key, principal=call.principal, make=make, is_dry_run=query.dry_run)
        prepared = await file.prepared(rows)
        file.payments = await self._claimed(call.principal, key, prepared, is_dry_run=query.dry_run)
        return Answer(media_type=NDJSON, stream=file.results(prepared))

    async def _claimed(
        self, principal: Principal, key: str, rows: Sequence[_Row], *, is_dry_run: bool
    ) -> Collection[str]:
        """Binds the key to the rows, and returns the payments that the rows may change."""
        contents = [
            FileRow(
                number=row.number,
                payment_id=row.request.payment_id,
                content=None if row.has_own_key else row.request.fingerprint,
            )
            for row in rows
            if not isinstance(row.request, Exception)
        ]
        claimed = await self.claim_file_key(principal, key, contents, is_dry_run=is_dry_run)
        if isinstance(claimed, FileDifference):
            raise _other_file(claimed)
        return claimed.keys()

    def endpoints(self) -> list[Endpoint]:
        """Returns the route."""
        return [
            Endpoint(
                method="POST",
                path="/v1/refunds/bulk",
                operation_id="createRefundsFromFile",
                tag="refunds",
                summary="Request many refunds by a file",
                description=_DESCRIPTION,
                handler=self.take,
                action="request_refund",
                query=BulkQuery,
                request=BulkRow,
                response=RowResult,
                takes=(NDJSON, CSV),
                gives=NDJSON,
                needs_key=True,
                body_bytes_max=FILE_BYTES_MAX,
                body_within_s=FILE_WITHIN_S,
                problems=("invalid_query", "idempotency_key_reused"),
                request_examples=(
                    Example(summary="From a spreadsheet", value=_EXAMPLE_CSV, media_type=CSV),
                    Example(summary="One object per line", value=_EXAMPLE_NDJSON, media_type=NDJSON),
                ),
                response_example=RowResult(
                    row=1,
                    outcome="created",
                    idempotency_key=f"file-7:{fingerprint(ROUTE, _EXAMPLE_ROW)}",
                    refund_id=EXAMPLE_REFUND_ID,
                    payment_id="pay_01",
                    status="processing",
                    amount=1_250,
                    currency="EUR",
                ),
            )
        ]


_DESCRIPTION = f"""A file has at most {ROWS_MAX} rows. The answer has one line of JSON per row, in the same order.

CSV: the columns payment_id and reason_code, and amount (minor units) or amount_major (12.50 or 12,50; needs currency).
Optional columns: reason_text, currency, method, submit, idempotency_key, metadata.<key>. The separator is a comma, a
semicolon or a tab. A cell for an amount must not be empty: `all` requests the whole refundable amount. If the file has
a column currency, method or submit, each row must fill it. An ambiguous amount_major (1,000 or 1.000) is refused.

NDJSON: each line is the body of a single request. A line without an amount requests the whole refundable amount.

If a row has no idempotency_key, its key is the request's key, a colon and a hash of the row's content. Two equal rows
are refused, unless each has its own idempotency_key.

The request's key belongs to the rows without their own key. If you send the same rows again, in any order, the service
completes the file. If you send other, more or fewer rows with the same key, the service refuses the whole file before
any money moves. It refuses a dry run for the same reason, but a dry run does not use up the key."""

_EXAMPLE_ROW = CreateRefundBody(
    payment_id="pay_01", amount=1_250, currency="EUR", reason=ReasonBody(code="requested_by_customer")
)
_EXAMPLE_CSV = "payment_id;amount_major;currency;reason_code\npay_01;12,50;EUR;requested_by_customer\n"
_EXAMPLE_NDJSON = '{"payment_id":"pay_01","amount":1250,"reason":{"code":"duplicate"},"idempotency_key":"7-1"}\n'
