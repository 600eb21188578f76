"""Encodes payments and refunds for journal records and snapshots. Computes a payment from its records.

Refunds are stored as one binary value, like the outbox (docs/decisions/0006). Its decoder needs no dictionary.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from refunds.adapters.mongo.payments.documents import Loaded
from refunds.adapters.mongo.stored_forms import PAYMENT, REFUND, Document
from refunds.domain.errors import PaymentUnreadable
from refunds.domain.payment.payment import DisputeState, Payment, Refund

RECORD_SHAPE = 1

UNENCODABLE = "\ud800"
"""Half of a surrogate pair, which the driver refuses to send. So a write that contains it fails, but no other write."""

_NATIVE = (datetime,)
_encoder = msgspec.msgpack.Encoder()
_refunds = msgspec.msgpack.Decoder(tuple[Refund, ...])
_untyped = msgspec.msgpack.Decoder()


class RecordMissing(ValueError):
    """Raised if a version of the payment has no record. Without it, the later versions cannot be read."""


def encode_refunds(refunds: Sequence[Refund]) -> bytes | str:
    """Encodes refunds under their stored names. Returns UNENCODABLE if a text or number cannot be encoded."""
    try:
        if REFUND.is_plain:
            return _encoder.encode(refunds)
        return _encoder.encode([REFUND.to_stored(msgspec.to_builtins(each, builtin_types=_NATIVE)) for each in refunds])
    except (UnicodeEncodeError, OverflowError):
        return UNENCODABLE


def decode_refunds(found: bytes) -> tuple[Refund, ...]:
    """Returns the refunds of a record or snapshot. Raises MsgspecError."""
    if REFUND.is_plain:
        return _refunds.decode(found)
    return msgspec.convert([REFUND.to_domain(each) for each in _untyped.decode(found)], tuple[Refund, ...])


def encode_payment(payment: Payment) -> bytes | str:
    """Encodes a payment without its refunds and events, like `encode_refunds`."""
    plain = replace(payment, refunds=(), events=())
    try:
        return _encoder.encode(PAYMENT.to_stored(msgspec.to_builtins(plain, builtin_types=_NATIVE)))
    except (UnicodeEncodeError, OverflowError):
        return UNENCODABLE


def decode_payment(found: bytes) -> Payment:
    """Returns the payment, without refunds. Raises MsgspecError."""
    return msgspec.convert(PAYMENT.to_domain(_untyped.decode(found)), Payment)


def fold(snapshot: Mapping[str, Any] | None, records: Iterable[Mapping[str, Any]]) -> Loaded:
    """Returns the payment after all `records`. If `snapshot` is None, the records begin with the payment's first one.

    Raises RecordMissing if a version has no record, or MsgspecError, LookupError or TypeError if one is malformed.
    """
    ordered = sorted(records, key=_version)
    start = ordered[0] if snapshot is None else snapshot
    later = ordered[1:] if snapshot is None else ordered
    if "payment" not in start:
        raise RecordMissing(start["payment_id"])
    payment, last, version = decode_payment(start["payment"]), start, start["version"]
    refunds = {refund.id: refund for refund in decode_refunds(start["refunds"])} if "refunds" in start else {}
    for record in later:
        version += 1
        if record["version"] != version:
            raise RecordMissing(record["payment_id"])
        if "refunds" in record:
            refunds.update({refund.id: refund for refund in decode_refunds(record["refunds"])})
        last = record
    return Loaded(
        _with_last(payment, last, tuple(refunds.values())), last["write_id"] if last is snapshot else last["_id"]
    )


def fold_or_error(
    payment_id: str, snapshot: Mapping[str, Any] | None, records: Iterable[Mapping[str, Any]]
) -> Loaded | PaymentUnreadable:
    """Returns the payment or the error. So one unreadable payment does not fail a read of several payments."""
    try:
        return fold(snapshot, records)
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError) as error:
        unreadable = PaymentUnreadable(id=payment_id)
        unreadable.__cause__ = error
        return unreadable


def _with_last(payment: Payment, last: Mapping[str, Any], refunds: tuple[Refund, ...]) -> Payment:
    return replace(
        payment,
        version=int(last["version"]),
        reserved_amount=int(last["reserved_amount"]),
        refunded_amount=int(last["refunded_amount"]),
        dispute=DisputeState(last["dispute"]),
        refunds=refunds,
    )


def amounts_of(payment: Payment) -> Document:
    """Returns fields that records and snapshots store unencoded: the amounts for the validator, and the dispute."""
    return {
        "captured_amount": payment.captured_amount,
        "reserved_amount": payment.reserved_amount,
        "refunded_amount": payment.refunded_amount,
        "dispute": payment.dispute.value,
    }


def _version(record: Mapping[str, Any]) -> int:
    return int(record["version"])
