"""Encodes and decodes the outbox of a payment, which is the field `events` of its document.

Every write of a payment sets this field, and the relay reads it. The payment store encodes the field. The feed and the
scan decode it. The outbox never contains personal data or the gateways' own codes. People read the refund's history
instead.

The field is one binary value, which is called the envelope. It is a `PaymentChange` as MessagePack. Nested documents
would cost mongod, the driver and the relay measurably more time (docs/decisions/0006).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from refunds.adapters.mongo.stored_forms import CHANGE, EVENT
from refunds.domain.payment.events import Event
from refunds.domain.payment.outbox import Digest, PaymentChange, RefundState
from refunds.domain.payment.payment import Payment, Refund

Document: TypeAlias = dict[str, object]

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(PaymentChange)
_untyped_decoder = msgspec.msgpack.Decoder()


def encode_envelope(
    payment_after: Payment,
    version: int,
    events: Sequence[Event],
    touched_refunds: Iterable[Refund],
    digests: Iterable[Digest] = (),
) -> bytes:
    """Returns the envelope, which is the encoded change that `version` makes. See `change_of`."""
    return encode_change(change_of(payment_after, version, events, touched_refunds, digests))


def change_of(
    payment_after: Payment,
    version: int,
    events: Sequence[Event],
    touched_refunds: Iterable[Refund],
    digests: Iterable[Digest] = (),
) -> PaymentChange:
    """Returns the change that `version` makes. `events` must not be empty.

    `touched_refunds` contains each changed refund once, as it is after the change. Refunds without an event are left
    out, because a change without an event is shown nowhere. `digests` cover the data that this version created.
    """
    with_events = {event.refund_id for event in events}
    return PaymentChange(
        payment_id=payment_after.id,
        version=version,
        merchant_id=payment_after.merchant_id,
        path=payment_after.path,
        currency=payment_after.currency,
        gateway=payment_after.gateway,
        payment_method=payment_after.payment_method.type.value,
        items=tuple(events),
        refunds=tuple(_state(refund) for refund in touched_refunds if refund.id in with_events),
        digests=tuple(digests),
    )


def encode_change(change: PaymentChange) -> bytes:
    """Encodes a change as an envelope that `decode_envelope` can read."""
    if CHANGE.is_plain:
        return _encoder.encode(change)
    return _encoder.encode(CHANGE.to_stored(msgspec.to_builtins(change, builtin_types=(datetime,))))


def _decode(envelope: bytes) -> PaymentChange:
    if CHANGE.is_plain:
        return _decoder.decode(envelope)
    return msgspec.convert(CHANGE.to_domain(_untyped_decoder.decode(envelope)), PaymentChange)


def encode_event(event: Event) -> Document:
    """Returns the event in the form in which a refund's history stores it."""
    return {
        "id": event.id,
        "type": event.type.value,
        "at": event.at,
        "refund_id": event.refund_id,
        "actor": event.actor,
        "from_status": event.from_status,
        "status": event.status,
        "amount": event.amount,
        "code": event.code,
    }


def _state(refund: Refund) -> RefundState:
    reason = refund.status_reason
    return RefundState(
        id=refund.id,
        status=refund.status.value,
        status_reason="" if reason is None else reason.code,
        amount=refund.amount,
        method=refund.method.value,
        reason=refund.reason.code,
        created_by=refund.created_by,
        created_at=refund.created_at,
        updated_at=refund.updated_at,
    )


class EnvelopeUnreadable(Exception):
    """Raised if a value is not an envelope of this payment. The message says why, but never shows the content."""


def decode_envelope(payment_id: str, envelope: object) -> PaymentChange:
    """Returns the change in the payment's envelope. Raises EnvelopeUnreadable."""
    if not isinstance(envelope, bytes):
        raise EnvelopeUnreadable(f"{type(envelope).__name__} instead of bytes")
    try:
        change = _decode(envelope)
    except (msgspec.MsgspecError, ValueError, RecursionError, AttributeError) as error:
        raise EnvelopeUnreadable(type(error).__name__) from error
    if change.payment_id != payment_id or not change.items:
        raise EnvelopeUnreadable("of another payment, or without events")
    return change


def decode_events(history: Iterable[dict[str, Any]]) -> tuple[Event, ...]:
    """Returns the events of a refund's history, the oldest first."""
    return msgspec.convert([EVENT.to_domain(event) for event in history], tuple[Event, ...])
