"""Makes the record of one version of a payment. A record is inserted once and never changed or deleted.

A record's `_id` is the id of its write. The first record has the payment's id, so no payment id is used twice.
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from refunds.adapters.mongo.journal.record_forms import RECORD_SHAPE, amounts_of, encode_payment, encode_refunds
from refunds.adapters.mongo.payments.digests import change_digests, payment_digest
from refunds.adapters.mongo.payments.documents import to_fields
from refunds.adapters.mongo.payments.outbox_codec import encode_envelope
from refunds.adapters.mongo.stored_forms import PAYMENT, REFUND, SHAPE, Document
from refunds.domain import ids
from refunds.domain.payment.outbox import Digest
from refunds.domain.payment.payment import Payment, Refund


def first_record(payment: Payment) -> Document:
    """Returns the record of a new payment. Only this first record has the payment's own fields."""
    fields = to_fields(replace(payment, events=()), PAYMENT)
    record = _identity(payment, payment.version, payment.id) | {
        "path": list(payment.path),
        "currency": payment.currency,
        "gateway": payment.gateway,
        "gateway_payment_id": payment.gateway_payment_id,
        "idempotency_key": payment.idempotency_key,
        "payment": encode_payment(payment),
    }
    _set_refunds(payment, payment.refunds, [None] * len(payment.refunds), record)
    record["events"] = encode_envelope(
        payment, payment.version, payment.events, (), (payment_digest(payment.id, fields),)
    )
    return record


def record_of(before: Payment, after: Payment, write_id: str, trimming: int = 0) -> Document:
    """Returns the record that turns the stored `before` into the decided `after`. `trimming` is ignored.

    The writer adds `base`, the id of the write that made `before`.
    """
    del trimming
    record = _identity(after, before.version + 1, write_id)
    due = after.earliest_due()
    if due is not None:
        record["due_at"], record["due_for"] = due[0], due[1].value
    touched, old = _changed_refunds(before, after)
    _set_refunds(after, touched, old, record)
    if after.events:
        stamped = [replace(event, id=f"{event.id}_{write_id}") for event in after.events]
        digests = [digest for was, refund in zip(old, touched, strict=True) for digest in _digests(was, refund)]
        record["events"] = encode_envelope(after, before.version + 1, stamped, touched, digests)
    return record


def named_at_gateway(gateway: str, gateway_refund_id: str) -> str:
    """Returns the gateway and its refund id as one text. Records store this text, and an index finds it."""
    return f"{gateway} {gateway_refund_id}"


def _identity(payment: Payment, version: int, write_id: str) -> Document:
    return {
        "_id": write_id,
        "merchant_id": payment.merchant_id,
        "payment_id": payment.id,
        "version": version,
        "route": ids.payment_route(payment.id),
        SHAPE: RECORD_SHAPE,
        **amounts_of(payment),
    }


def _changed_refunds(before: Payment, after: Payment) -> tuple[Sequence[Refund], Sequence[Refund | None]]:
    """Returns the new and changed refunds, and the same refunds before the write (None for a new refund)."""
    touched, old = list[Refund](), list[Refund | None]()
    known = len(before.refunds)
    for index, refund in enumerate(after.refunds):
        was = before.refunds[index] if index < known else None
        if refund is not was:
            touched.append(refund)
            old.append(was)
    return touched, old


def _set_refunds(payment: Payment, touched: Sequence[Refund], old: Sequence[Refund | None], record: Document) -> None:
    """Sets the record's refunds and its indexed fields: the keys of new refunds, and new ids at the gateway."""
    if not touched:
        return
    record["refunds"] = encode_refunds(touched)
    if keys := [refund.idempotency_key for refund, was in zip(touched, old, strict=True) if was is None]:
        record["keys"] = keys
    names = {name for refund in touched for name in _names(refund)}
    names -= {name for was in old if was is not None for name in _names(was)}
    if names:
        record["gateway_refund_ids"] = [named_at_gateway(payment.gateway, name) for name in sorted(names)]


def _names(refund: Refund) -> Iterator[str]:
    for attempt in refund.attempts:
        if attempt.gateway_refund_id:
            yield attempt.gateway_refund_id
        yield from attempt.doubts.other_ids


def _digests(before: Refund | None, after: Refund) -> Iterator[Digest]:
    return change_digests(before, after, lambda refund: to_fields(refund, REFUND))
