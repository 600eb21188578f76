"""Converts payments to MongoDB documents and back. Makes the update that stores a decided payment.

The field names are those of `stored_forms`, which do not depend on the domain's names. Only the document contains a
refund's `history`. Reads for decisions leave out histories, because decoding the histories of a hundred refunds would
take milliseconds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from refunds.adapters.mongo.payments.digests import (
    approval_digests,
    payment_digest,
    refund_digest,
    required_approvals_digest,
    violations_digest,
)
from refunds.adapters.mongo.payments.outbox_codec import encode_envelope, encode_event
from refunds.adapters.mongo.stored_forms import (
    APPROVAL,
    ATTEMPT,
    DOUBT,
    EVENT,
    PAYMENT,
    PAYMENT_SHAPE,
    PAYMENT_SHAPE_WRITTEN,
    PAYMENT_UPCASTS,
    REFUND,
    SHAPE,
    Document,
    upcast,
)
from refunds.domain import ids
from refunds.domain.errors import PaymentUnreadable
from refunds.domain.payment.document_budget import EVENTS_KEPT
from refunds.domain.payment.events import Event
from refunds.domain.payment.outbox import Digest
from refunds.domain.payment.payment import HISTORY_EVENTS_MAX, Payment, Refund
from refunds.domain.payment.states import RESERVATION_EFFECTS, ReservationEffect
from refunds.domain.stored_names import StoredNames

WITHOUT_HISTORY = {
    "refunds.history": 0,
    "events": 0,
    "due_at": 0,
    "due_for": 0,
    "lease": 0,
    "route": 0,
    "last_write": 0,
}

TO_DECIDE_ON = {name: wanted for name, wanted in WITHOUT_HISTORY.items() if name != "last_write"}
"""Projection for reads before a conditional write. It includes `last_write`, because the condition names that id."""

_NATIVE = (datetime,)

TRIMMED = (-HISTORY_EVENTS_MAX, -1, 0)
"""`$slice` values for refunds that hold no money, if a document is too long. They keep all events, one or none."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A payment and the id of the write that created its version. The id is None before the first change."""

    payment: Payment
    write_id: str | None


def to_fields(value: Any, names: StoredNames) -> Document:
    """Returns a domain value as a document. Enums become text, tuples become arrays, and times stay unchanged."""
    fields: Document = msgspec.to_builtins(value, builtin_types=_NATIVE)
    return fields if names.is_same else names.to_stored(fields)


def to_payment(document: Mapping[str, Any]) -> Payment:
    """Returns the payment that a document stores. Raises PaymentUnreadable if the document is malformed.

    Read the document with WITHOUT_HISTORY and NAIVE_TIMES. UTC is set here, ten times faster than by the driver.
    """
    try:
        return _to_payment(document)
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise PaymentUnreadable(id=str(document["_id"])) from error


def to_payment_or_error(document: Mapping[str, Any]) -> Payment | PaymentUnreadable:
    """Returns the payment or the error. So one unreadable payment does not fail a read of several payments."""
    try:
        return to_payment(document)
    except PaymentUnreadable as error:
        return error


def _to_payment(document: Mapping[str, Any]) -> Payment:
    fields = _in_utc(document, PAYMENT.times)
    if fields.get(SHAPE) != PAYMENT_SHAPE:
        fields = upcast(fields, PAYMENT_SHAPE, PAYMENT_UPCASTS)
    fields["refunds"] = [_refund_in_utc(refund) for refund in fields["refunds"]]
    return msgspec.convert(PAYMENT.to_domain(fields), Payment)


def _refund_in_utc(refund: Mapping[str, Any]) -> Document:
    fields = _in_utc(refund, REFUND.times)
    if fields["attempts"]:
        fields["attempts"] = [_attempt_in_utc(attempt) for attempt in fields["attempts"]]
    if fields["approvals"]:
        fields["approvals"] = [_in_utc(approval, APPROVAL.times) for approval in fields["approvals"]]
    return fields


def _attempt_in_utc(attempt: Mapping[str, Any]) -> Document:
    fields = _in_utc(attempt, ATTEMPT.times)
    if fields.get("doubt"):
        fields["doubt"] = _in_utc(fields["doubt"], DOUBT.times)
    return fields


def _in_utc(fields: Mapping[str, Any], times: Iterable[str]) -> Document:
    """Returns a copy of `fields` in which each existing time named in `times` is marked as UTC."""
    copied = dict(fields)
    for name in times:
        value = copied.get(name)
        if type(value) is datetime:
            copied[name] = value.replace(tzinfo=UTC)
    return copied


def to_event(document: Document) -> Event:
    """Returns one event of a refund's history from its document."""
    return msgspec.convert(EVENT.to_domain(document), Event)


def new_payment_document(payment: Payment) -> Document:
    """Returns the document of a new payment."""
    fields = to_fields(replace(payment, events=()), PAYMENT)
    fields[SHAPE] = PAYMENT_SHAPE_WRITTEN
    fields["route"] = ids.payment_route(payment.id)
    digests = (payment_digest(payment.id, fields),)
    fields["events"] = encode_envelope(payment, payment.version, payment.events, (), digests)
    return fields


def update_of(before: Payment, after: Payment, write_id: str, trimming: int = 0) -> Document:
    """Returns the update that turns the stored `before` into the decided `after`, with the next version number.

    The ids of the new events end in `write_id`. `trimming` is an index of TRIMMED, for documents at the size limit.
    """
    sets: Document = {
        "version": before.version + 1,
        "reserved_amount": after.reserved_amount,
        "refunded_amount": after.refunded_amount,
        "last_write": write_id,
    }
    if after.dispute is not before.dispute:
        sets["dispute"] = after.dispute.value
    update: Document = {"$set": sets}
    _set_due(after, sets, update)
    stamped = [replace(event, id=f"{event.id}_{write_id}") for event in after.events]
    events: dict[str, list[Document]] = {}
    for event in stamped:
        events.setdefault(event.refund_id, []).append(encode_event(event))
    touched, digests = _set_refunds(before, after, events, sets, update)
    if trimming:
        _trim(before, after, TRIMMED[trimming], update)
    if after.events:
        sets["events"] = encode_envelope(after, before.version + 1, stamped, touched, digests)
    return update


def _trim(before: Payment, after: Payment, slice_to: int, update: Document) -> None:
    """Shortens the histories of refunds that the update does not change."""
    cuts = {}
    for index, refund in enumerate(before.refunds):
        kept = slice_to if RESERVATION_EFFECTS[refund.status] is ReservationEffect.NOTHING else -EVENTS_KEPT
        if refund is after.refunds[index] and refund.history_count > -kept:
            cuts[f"refunds.{index}.history"] = {"$each": [], "$slice": kept}
    if cuts:
        update.setdefault("$push", {}).update(cuts)


def _set_due(after: Payment, sets: Document, update: Document) -> None:
    """Sets or removes the time at which the payment is due. Removes the lease, because every write ends a claim."""
    due = after.earliest_due()
    if due is None:
        update["$unset"] = {"due_at": "", "due_for": "", "lease": ""}
    else:
        sets["due_at"], sets["due_for"] = due[0], due[1].value
        update["$unset"] = {"lease": ""}


def _set_refunds(
    before: Payment, after: Payment, events: Mapping[str, list[Document]], sets: Document, update: Document
) -> tuple[Sequence[Refund], Sequence[Digest]]:
    """Adds the changes of refunds to the update. Returns the changed refunds and the new digests."""
    touched: list[Refund] = []
    digests: list[Digest] = []
    known = len(before.refunds)
    for index, refund in enumerate(after.refunds):
        if index < known and refund is before.refunds[index]:
            continue
        touched.append(refund)
        emitted = events.get(refund.id, [])
        if index >= known:
            made = to_fields(refund, REFUND)
            digests.append(refund_digest(refund.id, made))
            digests += _review_digests(None, refund, made)
            sets[f"refunds.{index}"] = made | {"history": emitted[-HISTORY_EVENTS_MAX:]}
            continue
        changed = to_fields(refund, REFUND)
        _set_changed(index, to_fields(before.refunds[index], REFUND), changed, sets)
        digests += approval_digests(refund.id, changed["approvals"], len(before.refunds[index].approvals))
        digests += _review_digests(before.refunds[index], refund, changed)
        if emitted:
            pushes = update.setdefault("$push", {})
            pushes[f"refunds.{index}.history"] = {"$each": emitted, "$slice": -HISTORY_EVENTS_MAX}
    return touched, digests


def _review_digests(before: Refund | None, after: Refund, fields: Document) -> Iterator[Digest]:
    """Yields the digests of required approvals and violations that the write changes. Most writes change neither."""
    is_decided = len(after.approvals) != (0 if before is None else len(before.approvals))
    if after.approvals_required and (is_decided or before is None or not before.approvals_required):
        yield required_approvals_digest(after.id, fields)
    if after.violations and (before is None or not before.violations):
        yield violations_digest(after.id, fields)


def _set_changed(index: int, before: Document, after: Document, sets: Document) -> None:
    """Sets only the fields that changed, even within attempts and approvals."""
    for name, value in after.items():
        known = before[name]
        if value == known:
            continue
        place = f"refunds.{index}.{name}"
        if isinstance(value, list | tuple) and isinstance(known, list | tuple) and len(value) >= len(known):
            _set_members(place, known, value, sets)
        else:
            sets[place] = value


def _set_members(place: str, before: Sequence[Any], after: Sequence[Any], sets: Document) -> None:
    for number, value in enumerate(after):
        if number >= len(before):
            sets[f"{place}.{number}"] = value
        elif value != before[number]:
            sets.update({f"{place}.{number}.{name}": v for name, v in value.items() if v != before[number][name]})
