"""Creates responses and webhook bodies from the books.

The gateway, the routes and the webhooks call this module. The module never changes the books.
"""

from datetime import datetime, timedelta

import msgspec

from refunds_embedded.sandbox.behaviours import behaviour_of
from refunds_embedded.sandbox.books.books import EPOCH, Account, Books, Movement, Refund, WebhookEvent, arn_of
from refunds_embedded.sandbox.error_codes import error_code, normalised_code
from refunds_embedded.sandbox.errors import CallRefused
from refunds_embedded.sandbox.http.bodies import (
    AcceptedBody,
    AccountBody,
    Answer,
    ErrorBody,
    ErrorFact,
    Headers,
    MovementBody,
    RefundBody,
    WebhookBody,
    WebhookFact,
)

JSON_HEADERS: Headers = [("content-type", "application/json")]
REPLAYED_HEADERS: Headers = [*JSON_HEADERS, ("idempotent-replayed", "true")]

encode = msgspec.json.Encoder().encode


def first_answer(books: Books, refund: Refund, *, is_repeat: bool = False) -> Answer:
    """Returns the response to the first call for the refund. Repeated calls get the same body."""
    headers = REPLAYED_HEADERS if is_repeat else JSON_HEADERS
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
        updated_at=moment(refund.at_ms),
    )
    return Answer(201, headers, encode(body))


def status_answer(books: Books, refund: Refund) -> Answer:
    """Returns the response that shows the current state of the refund."""
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
        updated_at=moment(refund.changed_ms),
        error_code=msgspec.UNSET if raw_code is None else normalised_code(raw_code),
        raw_code=msgspec.UNSET if raw_code is None else raw_code,
    )
    return json_answer(200, body)


def error_answer(refused: CallRefused) -> Answer:
    """Returns the error response to a call that changed nothing."""
    headers = JSON_HEADERS
    if refused.retry_after_s is not None:
        headers = [*JSON_HEADERS, ("retry-after", str(refused.retry_after_s))]
    fact = ErrorFact(code=refused.code, message=refused.message, field=refused.field, rule=refused.rule)
    return Answer(refused.status, headers, encode(ErrorBody(error=fact)))


def json_answer(status: int, body: msgspec.Struct) -> Answer:
    """Returns a JSON response."""
    return Answer(status, JSON_HEADERS, encode(body))


def account_body(books: Books, account: Account) -> AccountBody:
    """Returns the response body with the books of one gateway payment."""
    return AccountBody(
        gateway_payment_id=account.gateway_payment_id,
        moved=account.moved,
        pending=account.pending,
        captured_amount=account.captured_amount,
        currency=account.currency,
        movements=[_movement_body(books, movement) for movement in account.movements],
    )


def _movement_body(books: Books, movement: Movement) -> MovementBody:
    refund = books.refund(movement.number)
    return MovementBody(
        gateway_refund_id=books.refund_id(movement.number),
        reference=refund.reference,
        amount=movement.amount,
        at=moment(movement.at_ms),
        arn=arn_of(books.books_id, refund),
    )


def webhook_body(books: Books, event: WebhookEvent) -> bytes:
    """Returns the webhook body for an event. The caller signs and delivers it."""
    refund = books.refund(event.number)
    fact = WebhookFact(
        gateway_refund_id=books.refund_id(refund.number),
        reference=refund.reference,
        gateway_payment_id=refund.account.gateway_payment_id,
        amount=refund.amount,
        currency=refund.currency,
        status=event.status,
        arn=None if event.status == "pending" else arn_of(books.books_id, refund),
        updated_at=moment(event.at_ms),
        raw_code=msgspec.UNSET if event.raw_code is None else event.raw_code,
    )
    body = WebhookBody(type=event.type, id=books.event_id(event), created_at=moment(event.at_ms), data=fact)
    return encode(body)


def moment(at_ms: int) -> datetime:
    """Converts milliseconds since 1970 to a UTC `datetime` with a time zone."""
    return EPOCH + timedelta(milliseconds=at_ms)


def _refusal_answer(books: Books, refund: Refund, headers: Headers) -> Answer:
    refusal = error_code(refund.raw_code or "E9999")
    body = ErrorBody(
        error=ErrorFact(code=refusal.raw_code, message=refusal.message),
        reference=refund.reference,
        gateway_refund_id=books.refund_id(refund.number),
    )
    return Answer(refusal.http_status, headers, encode(body))
