"""The JSON that goes over the wire.

Request bodies into orders, books into answers; used by the routes and the webhooks, knows the books' values
but never changes them.
"""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import msgspec

from refunds.sandbox.behaviours import TOK_OK, behaviour_of, choose_behaviour
from refunds.sandbox.books import EPOCH, Account, Books, Refund, WebhookEvent, arn_of
from refunds.sandbox.decisions import RefundOrder
from refunds.sandbox.entries import Status
from refunds.sandbox.error_codes import error_code, normalised_code
from refunds.sandbox.errors import CallRefused

ID_RULE = "1 to 128 of the characters A-Z a-z 0-9 _ . : -"
ID_FORM = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
AMOUNT_MAX = 10**15
ADVANCE_S_MAX = 10 * 366 * 86_400
CLOCK_OFFSET_MS_MAX = 100 * 366 * 86_400_000

JSON_HEADERS = [("content-type", "application/json")]
REPLAYED_HEADERS = [*JSON_HEADERS, ("idempotent-replayed", "true")]

Headers = list[tuple[str, str]]
Id = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_.:-]{1,128}\Z")]
Currency = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
Amount = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MAX)]
Token = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Metadata = Annotated[
    dict[
        Annotated[str, msgspec.Meta(min_length=1, max_length=64)],
        Annotated[str, msgspec.Meta(max_length=512)],
    ],
    msgspec.Meta(max_length=50),
]


class RefundCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /payments/{gateway_payment_id}/refunds`."""

    reference: Id
    amount: Amount
    currency: Currency
    captured_amount: Amount
    token: Token = TOK_OK.token
    metadata: Metadata | None = None


class DashboardCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /dashboard/refunds`."""

    gateway_payment_id: Id
    amount: Amount
    currency: Currency
    captured_amount: Amount


class AdvanceCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /clock/advance`."""

    seconds: Annotated[float, msgspec.Meta(gt=0, le=ADVANCE_S_MAX)]


class RefundBody(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A refund in an answer; error_code (normalised) and raw_code only when it failed."""

    gateway_refund_id: str
    reference: str | None
    gateway_payment_id: str
    status: Status
    amount: int
    currency: str
    arn: str | None
    created_at: datetime
    error_code: str | msgspec.UnsetType = msgspec.UNSET
    raw_code: str | msgspec.UnsetType = msgspec.UNSET


class AcceptedBody(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to a refund whose result comes by webhook only."""

    reference: str | None
    gateway_payment_id: str
    status: str = "accepted"


class ErrorFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was refused and why; field and rule when the call itself was wrong."""

    code: str
    message: str
    field: str | None = None
    rule: str | None = None


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every error; reference and id when the books remember the refusal."""

    error: ErrorFact
    reference: str | None = None
    gateway_refund_id: str | None = None


class MovementBody(msgspec.Struct, frozen=True, kw_only=True):
    """Money that moved; negative when it came back."""

    gateway_refund_id: str
    reference: str | None
    amount: int
    at: datetime


class AccountBody(msgspec.Struct, frozen=True, kw_only=True):
    """The books of one gateway payment."""

    gateway_payment_id: str
    moved: int
    pending: int
    captured_amount: int
    currency: str
    movements: list[MovementBody]


class AccountsBody(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the books."""

    data: list[AccountBody]
    next_cursor: str | None


class ClockBody(msgspec.Struct, frozen=True, kw_only=True):
    """The sandbox's clock."""

    now: datetime
    offset_seconds: float


class WebhookFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The refund that a webhook tells of."""

    gateway_refund_id: str
    reference: str | None
    gateway_payment_id: str
    amount: int
    currency: str
    status: Status
    arn: str | None
    raw_code: str | msgspec.UnsetType = msgspec.UNSET


class WebhookBody(msgspec.Struct, frozen=True, kw_only=True):
    """Body of a webhook; its id is the same in every delivery of the event."""

    type: str
    id: str
    created_at: datetime
    data: WebhookFact


class Answer(msgspec.Struct, frozen=True):
    """What a call is answered with."""

    status: int
    headers: Headers
    body: bytes


T = TypeVar("T")

encode = msgspec.json.Encoder().encode
_canonical = msgspec.json.Encoder(order="deterministic").encode
_refund_decoder = msgspec.json.Decoder(RefundCall)
_dashboard_decoder = msgspec.json.Decoder(DashboardCall)
_advance_decoder = msgspec.json.Decoder(AdvanceCall)


def read_refund_call(gateway_payment_id: str, idempotency_key: str | None, body: bytes) -> RefundOrder:
    """The order in a refund call; raises CallRefused naming field and rule."""
    check_id("gateway_payment_id", gateway_payment_id)
    call = _decode(_refund_decoder, body)
    if idempotency_key != call.reference:
        rule = "equal to the body's reference"
        raise CallRefused("invalid_request", f"Idempotency-Key must be {rule}.", field="Idempotency-Key", rule=rule)
    return RefundOrder(
        gateway_payment_id,
        call.reference,
        call.amount,
        call.currency,
        call.captured_amount,
        choose_behaviour(call.token, call.metadata),
        _fingerprint(gateway_payment_id, call),
    )


def read_dashboard_call(body: bytes) -> RefundOrder:
    """The order in a dashboard call; raises CallRefused."""
    call = _decode(_dashboard_decoder, body)
    return RefundOrder(call.gateway_payment_id, None, call.amount, call.currency, call.captured_amount, TOK_OK)


def read_advance_call(body: bytes) -> int:
    """By how many milliseconds to advance the clock; raises CallRefused."""
    return max(1, round(_decode(_advance_decoder, body).seconds * 1_000))


def check_id(field: str, value: str) -> None:
    """Raise CallRefused unless `value` has the form of an id."""
    if ID_FORM.fullmatch(value) is None:
        raise CallRefused("invalid_request", f"{field} must be {ID_RULE}.", field=field, rule=ID_RULE)


def first_answer(books: Books, refund: Refund, headers: Headers = JSON_HEADERS) -> Answer:
    """The answer that the refund's first call gets, and every repetition of it."""
    if refund.first_status == "failed":
        return _refusal_answer(books, refund, headers)
    if behaviour_of(refund.behaviour).answer == "accepted":
        accepted = AcceptedBody(reference=refund.reference, gateway_payment_id=refund.account.gateway_payment_id)
        return Answer(202, headers, encode(accepted))
    arn = None if refund.first_status == "pending" else arn_of(books.books_id, refund)
    body = RefundBody(
        gateway_refund_id=books.refund_id(refund.number),
        reference=refund.reference,
        gateway_payment_id=refund.account.gateway_payment_id,
        status=refund.first_status,
        amount=refund.amount,
        currency=refund.currency,
        arn=arn,
        created_at=moment(refund.at_ms),
    )
    return Answer(201, headers, encode(body))


def status_answer(books: Books, refund: Refund) -> Answer:
    """The refund as it is now."""
    raw_code = refund.raw_code
    body = RefundBody(
        gateway_refund_id=books.refund_id(refund.number),
        reference=refund.reference,
        gateway_payment_id=refund.account.gateway_payment_id,
        status=refund.status,
        amount=refund.amount,
        currency=refund.currency,
        arn=arn_of(books.books_id, refund),
        created_at=moment(refund.at_ms),
        error_code=msgspec.UNSET if raw_code is None else normalised_code(raw_code),
        raw_code=msgspec.UNSET if raw_code is None else raw_code,
    )
    return json_answer(200, body)


def error_answer(refused: CallRefused) -> Answer:
    """The answer to a call that changed nothing."""
    headers = JSON_HEADERS
    if refused.retry_after_s is not None:
        headers = [*JSON_HEADERS, ("retry-after", str(refused.retry_after_s))]
    fact = ErrorFact(code=refused.code, message=refused.message, field=refused.field, rule=refused.rule)
    return Answer(refused.status, headers, encode(ErrorBody(error=fact)))


def json_answer(status: int, body: msgspec.Struct) -> Answer:
    """Any JSON answer."""
    return Answer(status, JSON_HEADERS, encode(body))


def account_body(books: Books, account: Account) -> AccountBody:
    """The books of one gateway payment."""
    return AccountBody(
        gateway_payment_id=account.gateway_payment_id,
        moved=account.moved,
        pending=account.pending,
        captured_amount=account.captured_amount,
        currency=account.currency,
        movements=[
            MovementBody(
                gateway_refund_id=books.refund_id(movement.number),
                reference=books.refund(movement.number).reference,
                amount=movement.amount,
                at=moment(movement.at_ms),
            )
            for movement in account.movements
        ],
    )


def webhook_body(books: Books, event: WebhookEvent) -> bytes:
    """The body that is signed and delivered for an event."""
    refund = books.refund(event.number)
    fact = WebhookFact(
        gateway_refund_id=books.refund_id(refund.number),
        reference=refund.reference,
        gateway_payment_id=refund.account.gateway_payment_id,
        amount=refund.amount,
        currency=refund.currency,
        status=event.status,
        arn=None if event.status == "pending" else arn_of(books.books_id, refund),
        raw_code=msgspec.UNSET if event.raw_code is None else event.raw_code,
    )
    body = WebhookBody(type=event.type, id=books.event_id(event), created_at=moment(event.at_ms), data=fact)
    return encode(body)


def moment(at_ms: int) -> datetime:
    """Milliseconds since 1970 as an aware UTC time."""
    return EPOCH + timedelta(milliseconds=at_ms)


def _refusal_answer(books: Books, refund: Refund, headers: Headers) -> Answer:
    refusal = error_code(refund.raw_code or "E9999")
    body = ErrorBody(
        error=ErrorFact(code=refusal.raw_code, message=refusal.message),
        reference=refund.reference,
        gateway_refund_id=books.refund_id(refund.number),
    )
    return Answer(refusal.http_status, headers, encode(body))


def _fingerprint(gateway_payment_id: str, call: RefundCall) -> int:
    """A number that is the same for the same call and differs for another body or path."""
    canonical = gateway_payment_id.encode() + b" " + _canonical(call)
    return int.from_bytes(hashlib.blake2b(canonical, digest_size=7).digest(), "big")


_FIELD_AT = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`\Z")
_FIELD_NAMED = re.compile(r"(?:missing required|unknown) field `([^`]*)`")


def _decode(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        rule = str(error)
        at, named = _FIELD_AT.search(rule), _FIELD_NAMED.search(rule)
        field = named[1] if named else at[1] if at else ""
        raise CallRefused("invalid_request", f"{rule}.", field=field or "body", rule=rule) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CallRefused("invalid_request", f"{error}.", field="body", rule="one JSON object in UTF-8") from error
