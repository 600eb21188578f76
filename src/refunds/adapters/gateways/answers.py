"""Maps a gateway's HTTP responses to results. The HTTP gateway calls this module.

The module does no I/O. A response gives a result only if the response clearly concerns the attempt of the call. If a
response is malformed or concerns something else, the result is UNKNOWN, and a status query follows.

Some responses never count as a refusal, because the money may have moved. These are redirects, a proxy's pages, empty
objects, and responses with a code that is not in the gateway's table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from refunds.adapters.gateways import error_codes, exponents, wire
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind

RAW_CODE_CHARS_MAX = 64
RETRY_AFTER_DIGITS_MAX = 6

NOT_CONNECTED = "not_connected"
"""The raw code that this service stores if no connection to the gateway could be made."""

EXPONENT, PAYMENT_ID = "exponent", "payment_id"
"""Raw codes of this service: the gateway cannot represent this amount or payment id, so it was not called."""

KINDS: Mapping[str, ResultKind] = {
    "succeeded": ResultKind.SUCCEEDED,
    "pending": ResultKind.PENDING,
    "failed": ResultKind.FAILED,
}

_NOT_A_REFUSAL = frozenset({401, 403, 404, 408, 409})
"""HTTP statuses that concern the call to the gateway, not the refund. They never count as a refusal."""

_COMES_LATER = frozenset({"rate_limited", "gateway_unavailable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseProfile:
    """The differences between gateways: their error codes, and currencies whose digits differ from ISO 4217.

    `codes` maps a gateway's code to the product's code. `exponents` maps a currency to its number of digits.
    """

    codes: Mapping[str, str]
    exponents: Mapping[str, int]


SANDBOX = ResponseProfile(codes=error_codes.SANDBOX, exponents=exponents.SANDBOX)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """An HTTP response, including its whole body."""

    status: int
    body: bytes
    retry_after: str = ""


def unknown_outcome(raw_code: str, code: str = "unknown_error") -> GatewayResult:
    """Returns a result of the kind UNKNOWN."""
    return GatewayResult(kind=ResultKind.UNKNOWN, code=code, raw_code=raw_code)


MALFORMED_RESPONSE = unknown_outcome("makes_no_sense")


def from_submission(answer: HttpAnswer, attempt_id: str, response_profile: ResponseProfile) -> GatewayResult:
    """Returns the result that a gateway's response to a submission reports."""
    if answer.status == 202:
        return _accepted(answer.body, attempt_id)
    if answer.status in (200, 201):
        return _from_body(answer.body, attempt_id, response_profile)
    if answer.status == 429:
        raw = _raw(_error(answer.body).error.code)
        return _later("rate_limited", raw or "429", answer)
    return _refused(answer, response_profile) if answer.status >= 400 else MALFORMED_RESPONSE


def _refused(answer: HttpAnswer, response_profile: ResponseProfile) -> GatewayResult:
    error = _error(answer.body)
    raw = _raw(error.error.code)
    code = error_codes.normalised(response_profile.codes, raw)
    if code in _COMES_LATER:
        return _later(code, raw, answer)
    if raw not in response_profile.codes or answer.status >= 500 or answer.status in _NOT_A_REFUSAL:
        return unknown_outcome(raw or str(answer.status), code or "unknown_error")
    return GatewayResult(
        kind=ResultKind.REFUSED, code=code, raw_code=raw, gateway_refund_id=_usable(error.gateway_refund_id)
    )


def _raw(code: str) -> str:
    """Returns a gateway's own code in the form in which it is stored.

    The code is cut to 64 characters, and unprintable characters are replaced.
    """
    short = code[:RAW_CODE_CHARS_MAX]
    return short if short.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in short)


def _accepted(body: bytes, attempt_id: str) -> GatewayResult:
    """Returns a PENDING result for any body, because the status 202 shows that the gateway has the request.

    The ids in the body are used unless the body names another attempt.
    """
    try:
        accepted = wire.read_accepted(body)
    except wire.DECODE_ERRORS:
        accepted = wire.AcceptedAnswer()
    if accepted.reference not in (None, attempt_id):
        return GatewayResult(kind=ResultKind.PENDING)
    return GatewayResult(
        kind=ResultKind.PENDING,
        gateway_refund_id=_usable(accepted.gateway_refund_id),
        arn=_usable(accepted.arn or ""),
        is_under_our_reference=bool(accepted.reference),
    )


def _usable(name: str) -> str:
    """Returns `name`. Returns an empty text if `name` is only spaces or has unprintable characters."""
    return name if name.isprintable() and not name.isspace() else ""


def _moment(text: str | None) -> datetime | None:
    """Parses a gateway's time and returns it in UTC, cut to milliseconds.

    Returns None if the time is missing, malformed or without a time zone.
    """
    try:
        at = datetime.fromisoformat(text or "")
        return None if at.tzinfo is None else at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
    except (ValueError, OverflowError):
        return None


def _later(code: str, raw: str, answer: HttpAnswer) -> GatewayResult:
    text = answer.retry_after
    is_number = text.isascii() and text.isdigit() and len(text) <= RETRY_AFTER_DIGITS_MAX
    wait_s = int(text) if is_number else None
    return GatewayResult(kind=ResultKind.UNAVAILABLE, code=code, raw_code=raw, retry_after_s=wait_s)


def from_status_query(answer: HttpAnswer, attempt_id: str, response_profile: ResponseProfile) -> GatewayResult:
    """Returns the result that a gateway's response to a status query reports.

    The status 404 means NOT_FOUND only if the body says that the gateway does not know the refund.
    """
    if answer.status == 200:
        return _from_body(answer.body, attempt_id, response_profile)
    if answer.status == 404 and _error(answer.body).error.code == "refund_not_found":
        return GatewayResult(kind=ResultKind.NOT_FOUND)
    return unknown_outcome(str(answer.status), "gateway_unavailable")


def from_refund(refund: wire.RefundAnswer, response_profile: ResponseProfile) -> GatewayResult:
    """Returns the result for a gateway's refund, with the amount in minor units of ISO 4217.

    Raises KeyError or ValueError if this service does not know the status or cannot convert the amount. Raises
    ValueError if an id is only spaces or has unprintable characters, because ids are stored, listed and shown.
    """
    for name in (refund.gateway_refund_id, refund.gateway_payment_id, refund.reference, refund.arn):
        if name and not _usable(name):
            raise ValueError("an id that is blank or has control characters")
    raw = _raw(refund.raw_code or "")
    amount = refund.amount
    return GatewayResult(
        kind=KINDS[refund.status],
        gateway_refund_id=refund.gateway_refund_id,
        arn=refund.arn or "",
        code=error_codes.normalised(response_profile.codes, raw),
        raw_code=raw,
        amount=None if amount is None else exponents.from_gateway(amount, refund.currency, response_profile.exponents),
        currency=refund.currency,
        occurred_at=_moment(refund.updated_at),
        is_under_our_reference=bool(refund.reference),
    )


def _from_body(body: bytes, attempt_id: str, response_profile: ResponseProfile) -> GatewayResult:
    try:
        refund = wire.read_refund(body)
        if refund.reference not in (None, attempt_id):
            return unknown_outcome("other_reference")
        return from_refund(refund, response_profile)
    except wire.DECODE_ERRORS:
        return MALFORMED_RESPONSE


def _error(body: bytes) -> wire.ErrorAnswer:
    """Returns the error that a response contains. Returns an empty error if the body cannot be decoded."""
    try:
        return wire.read_error(body)
    except wire.DECODE_ERRORS:
        return wire.ErrorAnswer()
