"""The outbox part of a payment document: the field `events`, written with every version and read by the relay.

The payment store encodes, the feed decodes; nobody else knows its shape. Never holds personal data or raw codes.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import msgspec

from refunds.domain.changes import PaymentChange
from refunds.domain.events import Event
from refunds.domain.payment import Payment, Refund

Document: TypeAlias = dict[str, object]


def encode_envelope(payment_after: Payment, touched_refunds: Iterable[Refund]) -> Document:
    """The envelope of version `payment_after.version`, told by `payment_after.events` (at least one).

    `touched_refunds` are the refunds of those events as they stand after the version, each once.
    """
    return {
        "version": payment_after.version,
        "merchant_id": payment_after.merchant_id,
        "path": list(payment_after.path),
        "currency": payment_after.currency,
        "gateway": payment_after.gateway,
        "payment_method": payment_after.payment_method.type.value,
        "items": [encode_event(event) for event in payment_after.events],
        "refunds": [_encode_state(refund) for refund in touched_refunds],
    }


def encode_event(event: Event) -> Document:
    """An event as it stands in the envelope and in a refund's history."""
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


def _encode_state(refund: Refund) -> Document:
    reason = refund.status_reason
    return {
        "id": refund.id,
        "status": refund.status.value,
        "status_reason": "" if reason is None else reason.code,
        "amount": refund.amount,
        "method": refund.method.value,
        "reason": refund.reason.code,
        "created_by": refund.created_by,
        "created_at": refund.created_at,
        "updated_at": refund.updated_at,
    }


def decode_envelope(payment_id: str, envelope: Mapping[str, object]) -> PaymentChange:
    """The change that an envelope tells of; msgspec.ValidationError where the document is not one of ours."""
    return msgspec.convert({**envelope, "payment_id": payment_id}, PaymentChange)


def decode_events(history: Iterable[Mapping[str, object]]) -> tuple[Event, ...]:
    """The events of a refund's history, oldest first."""
    return msgspec.convert(tuple(history), tuple[Event, ...])
