"""Maps a gateway's HTTP responses to results. Called by the HTTP gateway; does no I/O and raises nothing.

A result needs a clear statement of the gateway about this attempt. A malformed response, or one about something else,
is UNKNOWN, and a status query follows. A redirect, a proxy's page, an empty object, or a code that is not in the
gateway's table is never a refusal, since the money may have moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from refunds.adapters.gateways import error_codes, exponents, wire
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind

RAW_CODE_CHARS_MAX = 64
RETRY_AFTER_DIGITS_MAX = 6

NOT_CONNECTED = "not_connected"
"""A raw code of this service: no connection to the gateway could be made."""

EXPONENT, PAYMENT_ID = "exponent", "payment_id"
"""Raw codes of this service: the gateway cannot represent this amount or payment id, so it was not called."""

KINDS: Mapping[str, ResultKind] = {
    "succeeded": ResultKind.SUCCEEDED,
    "pending": ResultKind.PENDING,
    "failed": ResultKind.FAILED,
}

_NOT_A_REFUSAL = frozenset({401, 403, 404, 408, 409})
"""HTTP statuses that concern the connection to the gateway, not the refund."""

_COMES_LATER = frozenset({"rate_limited", "gateway_unavailable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseProfile:
    """What differs between gateways: raw error codes, and currencies whose digits are not those of ISO 4217."""

    codes: Mapping[str, str]
    exponents: Mapping[str, int]


SANDBOX = ResponseProfile(codes=error_codes.SANDBOX, exponents=exponents.SANDBOX)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """A response with its whole body."""

    status: int
    body: bytes
    retry_after: str = ""


def unknown_outcome(raw_code: str, code: str = "unknown_error") -> GatewayResult:
    """Returns a result with an unknown outcome."""
    return GatewayResult(kind=ResultKind.UNKNOWN, code=code, raw_code=raw_code)


MALFORMED_RESPONSE = unknown_outcome("makes_no_sense")


def from_submission(answer: HttpAnswer, attempt_id: str, response_profile: ResponseProfile) -> GatewayResult:
    """Returns the result of a submission."""
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
    """Returns a gateway's own code as stored: at most 64 characters, unprintable ones replaced."""
    short = code[:RAW_CODE_CHARS_MAX]
    return short if short.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in short)


def _accepted(body: bytes, attempt_id: str) -> GatewayResult:
    """Returns PENDING whatever the body contains, since the status 202 shows that the gateway has the order.

    The ids in the body are used if the body names this attempt.
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
    """Returns an id as stored; empty if it is blank or has unprintable characters."""
    return name if name.isprintable() and not name.isspace() else ""


def _moment(text: str | None) -> datetime | None:
    """Returns a gateway's time as aware UTC; None if it is missing, malformed or has no zone."""
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
    """Returns the result of a status query. A 404 is NOT_FOUND only if its body says that the attempt is unknown."""
    if answer.status == 200:
        return _from_body(answer.body, attempt_id, response_profile)
    if answer.status == 404 and _error(answer.body).error.code == "refund_not_found":
        return GatewayResult(kind=ResultKind.NOT_FOUND)
    return unknown_outcome(str(answer.status), "gateway_unavailable")


def from_refund(refund: wire.RefundAnswer, response_profile: ResponseProfile) -> GatewayResult:
    """Returns the result for a gateway's refund, its amount in ISO 4217 minor units.

    Raises KeyError or ValueError if the status or amount has no equivalent, or if an id is blank or has unprintable
    characters, since ids are stored, listed and shown.
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
    """Returns the error in a response; an empty one if the body has none."""
    try:
        return wire.read_error(body)
    except wire.DECODE_ERRORS:
        return wire.ErrorAnswer()
