"""Decodes request bodies and checks ids. The routes use this module.

An invalid request raises CallRefused, which names the field and the rule.
"""

import hashlib
import re
from typing import TypeVar

import msgspec

from refunds_embedded.sandbox.behaviours import TOK_OK, choose_behaviour
from refunds_embedded.sandbox.books.decisions import RefundOrder
from refunds_embedded.sandbox.errors import CallRefused
from refunds_embedded.sandbox.http.bodies import AdvanceCall, DashboardCall, RefundCall

ID_RULE = "1 to 128 of the characters A-Z a-z 0-9 _ . : -"
ID_FORM = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
PAYMENT_ID_RULE = "1 to 128 printable ASCII characters without spaces"
PAYMENT_ID_FORM = re.compile(r"[\x21-\x7e]{1,128}")
"""The product's wide pattern of payment ids, because gateways use many forms. In paths, ids are percent-encoded."""

T = TypeVar("T")

_canonical = msgspec.json.Encoder(order="deterministic").encode
_refund_decoder = msgspec.json.Decoder(RefundCall)
_dashboard_decoder = msgspec.json.Decoder(DashboardCall)
_advance_decoder = msgspec.json.Decoder(AdvanceCall)


def read_refund_call(gateway_payment_id: str, idempotency_key: str | None, body: bytes) -> RefundOrder:
    """Decodes a refund request into a `RefundOrder`.

    Raises CallRefused if the request is invalid, or if the idempotency key is not the body's reference.
    """
    check_payment_id(gateway_payment_id)
    call = _decode(_refund_decoder, body)
    if idempotency_key != call.reference:
        rule = "equal to the body's reference"
        raise CallRefused(
            "invalid_request",
            f"Idempotency-Key must be {rule}.",
            field="Idempotency-Key",
            rule=rule,
        )
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
    """Decodes a dashboard request into a `RefundOrder`. Raises CallRefused if the request is invalid."""
    call = _decode(_dashboard_decoder, body)
    return RefundOrder(call.gateway_payment_id, None, call.amount, call.currency, call.captured_amount, TOK_OK)


def read_advance_call(body: bytes) -> int:
    """Returns the milliseconds by which to advance the clock, at least 1. Raises CallRefused if the body is invalid."""
    return max(1, round(_decode(_advance_decoder, body).seconds * 1_000))


def check_id(field: str, value: str) -> None:
    """Raises CallRefused if `value` does not have the form of an id."""
    if ID_FORM.fullmatch(value) is None:
        raise CallRefused("invalid_request", f"{field} must be {ID_RULE}.", field=field, rule=ID_RULE)


def check_payment_id(value: str) -> None:
    """Raises CallRefused if `value` does not have the form of a payment id."""
    if PAYMENT_ID_FORM.fullmatch(value) is None:
        field = "gateway_payment_id"
        raise CallRefused("invalid_request", f"{field} must be {PAYMENT_ID_RULE}.", field=field, rule=PAYMENT_ID_RULE)


def _fingerprint(gateway_payment_id: str, call: RefundCall) -> int:
    """Returns a 56-bit hash of the payment id and the body. Equal requests have equal hashes."""
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
