"""Computes the document, the histories and the change of a payment after a write.

The update that the MongoDB adapter sends has the same result. A test compares the two results.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from refunds.adapters.memory.payments.payment_table import Histories, PaymentDocument
from refunds.adapters.mongo.payments.digests import change_digests, payment_digest
from refunds.adapters.mongo.payments.documents import TRIMMED, to_fields
from refunds.adapters.mongo.payments.outbox_codec import change_of
from refunds.adapters.mongo.payments.payment_scan import to_stored
from refunds.adapters.mongo.stored_forms import EVENT, PAYMENT, REFUND
from refunds.domain import ids
from refunds.domain.payment.document_budget import EVENTS_KEPT
from refunds.domain.payment.events import Event
from refunds.domain.payment.outbox import Digest, PaymentChange
from refunds.domain.payment.payment import HISTORY_EVENTS_MAX, Payment, Refund
from refunds.domain.payment.states import RESERVATION_EFFECTS, ReservationEffect
from refunds.domain.verification.payment_snapshot import StoredPayment


class PaymentWrite(Struct, frozen=True, kw_only=True):
    """A write that applies only to the version of the payment on which the decision was based.

    `cuts` lists refunds whose histories are shortened, with the number of events that each history keeps.
    """

    after: Payment
    write_id: str
    events: Sequence[Event]
    change: PaymentChange | None
    cuts: tuple[tuple[str, int], ...] = ()


def describe(before: Payment, after: Payment, write_id: str, trimming: int = 0) -> dict[str, Any]:
    """Returns the write that turns the stored `before` into the decided `after`, as `documents.update_of` does."""
    stamped = [replace(event, id=f"{event.id}_{write_id}") for event in after.events]
    touched, digests = _touched(before, after)
    change = change_of(after, before.version + 1, stamped, touched, digests) if stamped else None
    stored = replace(after, version=before.version + 1, events=())
    cuts = _cuts(before, after, TRIMMED[trimming]) if trimming else ()
    return {"write": PaymentWrite(after=stored, write_id=write_id, events=stamped, change=change, cuts=cuts)}


def written(document: PaymentDocument, write: PaymentWrite) -> PaymentDocument:
    """Returns the document after the write. The write also ends the lease of a claim."""
    histories = document.histories
    if write.events or write.cuts:
        histories = _histories(histories, write)
    due = write.after.earliest_due()
    return PaymentDocument(
        payment=write.after,
        histories=histories,
        last_write=write.write_id,
        change=write.change or document.change,
        due_at=None if due is None else due[0],
        due_for=None if due is None else due[1],
    )


def inserted(payment: Payment) -> PaymentDocument:
    """Returns the document of a new payment."""
    stored = replace(payment, events=())
    digests = (payment_digest(payment.id, to_fields(stored, PAYMENT)),)
    change = change_of(payment, payment.version, payment.events, (), digests) if payment.events else None
    return PaymentDocument(payment=stored, histories={}, last_write=None, change=change)


def stored_payment(document: PaymentDocument) -> StoredPayment:
    """Returns the payment in the form in which a scan of all payments reads it."""
    fields = to_fields(document.payment, PAYMENT)
    fields["route"] = ids.payment_route(document.payment.id)
    for refund in fields["refunds"]:
        refund["history"] = [to_fields(event, EVENT) for event in document.histories.get(refund["id"], ())]
    fields |= {"last_write": document.last_write, "due_at": document.due_at, "due_for": document.due_for}
    if document.lease:
        fields["lease"] = document.lease
    return replace(to_stored(fields), latest=document.change)


def holds_write(document: PaymentDocument, write_id: str) -> bool:
    """True if this write is the document's last one, or if one of the write's events is still in a history."""
    if document.last_write == write_id:
        return True
    suffix = f"_{write_id}"
    return any(event.id.endswith(suffix) for history in document.histories.values() for event in history)


def _histories(before: Histories, write: PaymentWrite) -> Histories:
    histories = dict(before)
    for refund_id, kept in write.cuts:
        history = histories.get(refund_id, ())
        histories[refund_id] = history[-kept:] if kept else ()
    for event in write.events:
        if event.refund_id:
            histories[event.refund_id] = (*histories.get(event.refund_id, ()), event)[-HISTORY_EVENTS_MAX:]
    return histories


def _cuts(before: Payment, after: Payment, slice_to: int) -> tuple[tuple[str, int], ...]:
    """Returns the refunds whose history must be shortened, with the number of events to keep.

    Only refunds that the write does not change are shortened. Refunds that hold no money keep fewer events.
    """
    cuts = []
    for index, refund in enumerate(before.refunds):
        kept = -slice_to if RESERVATION_EFFECTS[refund.status] is ReservationEffect.NOTHING else EVENTS_KEPT
        if refund is after.refunds[index] and refund.history_count > kept:
            cuts.append((refund.id, kept))
    return tuple(cuts)


def _touched(before: Payment, after: Payment) -> tuple[Sequence[Refund], Sequence[Digest]]:
    """Returns the refunds that the write changes, and the digests that the change must contain."""
    touched: list[Refund] = []
    digests: list[Digest] = []
    known = len(before.refunds)
    for index, refund in enumerate(after.refunds):
        old = before.refunds[index] if index < known else None
        if refund is not old:
            touched.append(refund)
            digests += change_digests(old, refund, _fields_of)
    return touched, digests


def _fields_of(refund: Refund) -> dict[str, Any]:
    return to_fields(refund, REFUND)
