"""Reads all payment documents in the order of their ids, including histories. See `ports.payments.payment_scan`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.client import ANY_TIME
from refunds.adapters.mongo.cluster_time import to_timestamp
from refunds.adapters.mongo.payments.digests import (
    approval_digests,
    payment_digest,
    refund_digest,
    required_approvals_digest,
    violations_digest,
)
from refunds.adapters.mongo.payments.outbox_codec import EnvelopeUnreadable, decode_envelope, decode_events
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.adapters.mongo.stored_forms import (
    PAYMENT_SHAPE,
    PAYMENT_UPCASTS,
    REFUND_STATE,
    SCANNED_APPROVAL,
    SCANNED_ATTEMPT,
    SCANNED_VIOLATION,
    SHAPE,
    upcast,
)
from refunds.domain.errors import StoreUnavailable
from refunds.domain.payment.outbox import PaymentChange, RefundState
from refunds.domain.payment.status_reason import PlainFact
from refunds.domain.stored_names import StoredNames
from refunds.domain.verification.payment_snapshot import (
    NO_DISPUTE,
    StoredApproval,
    StoredAttempt,
    StoredPayment,
    StoredRefund,
    StoredViolation,
)
from refunds.ports.payments.payment_scan import ScannedPage, Unreadable

REASON_CHARS_MAX = 200

FIELDS = {
    "merchant_id": 1,
    "path": 1,
    "captured_amount": 1,
    "reserved_amount": 1,
    "refunded_amount": 1,
    "currency": 1,
    "payment_method": 1,
    "gateway": 1,
    "gateway_payment_id": 1,
    "captured_at": 1,
    "created_at": 1,
    "recorded_by": 1,
    "idempotency_key": 1,
    "fingerprint": 1,
    "customer_id": 1,
    "line_items": 1,
    "metadata": 1,
    "dispute": 1,
    "version": 1,
    "last_write": 1,
    "due_at": 1,
    "due_for": 1,
    "lease": 1,
    "route": 1,
    "events": 1,
    "refunds": 1,
    SHAPE: 1,
}


_FACTS = Mapping[str, PlainFact] | None
_UNREADABLE = (msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError)


class _Head(msgspec.Struct):
    """The fields of a payment without its refunds."""

    merchant_id: str
    path: tuple[str, ...]
    captured_amount: int
    reserved_amount: int
    refunded_amount: int
    currency: str
    gateway: str
    gateway_payment_id: str
    created_at: datetime
    version: int
    recorded_by: str = ""
    dispute: str = NO_DISPUTE
    last_write: str | None = None
    due_at: datetime | None = None
    due_for: str | None = None
    route: str = ""


class MongoPaymentScan:
    """See the port."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._client = database.client
        self._payments = database[PAYMENTS].with_options(codec_options=ANY_TIME)

    async def page(self, payment_id: str, payments_max: int, not_before: int = 0) -> ScannedPage:
        """See `ports.payments.payment_scan`. Raises StoreUnavailable if the database does not answer."""
        async with self._client.start_session(causal_consistency=True) as session:
            if not_before:
                session.advance_operation_time(to_timestamp(not_before))
            page = self._payments.find({"_id": {"$gt": payment_id}}, FIELDS, session=session).sort("_id", 1)
            return await _read(page.limit(payments_max))

    async def page_of(self, payment_ids: Sequence[str]) -> ScannedPage:
        """See the port."""
        return await _read(self._payments.find({"_id": {"$in": list(payment_ids)}}, FIELDS))

    async def count_about(self) -> int:
        """Returns the approximate number of payments. Raises StoreUnavailable."""
        try:
            return await self._payments.estimated_document_count()
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def count_between(self, after: str, until: str) -> int:
        """Returns the number of payments with an id after `after`, up to and including `until`.

        Raises StoreUnavailable if the database does not answer.
        """
        try:
            return await self._payments.count_documents({"_id": {"$gt": after, "$lte": until}})
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def after(self, payment_id: str, payments_max: int) -> Sequence[StoredPayment]:
        """See the port."""
        page = await self.page(payment_id, payments_max)
        while page.scanned_to and not page.stored:
            page = await self.page(page.scanned_to, payments_max)
        return page.stored

    async def by_ids(self, payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """See the port."""
        return (await self.page_of(payment_ids)).stored

    async def by_gateway_ids(self, gateway: str, gateway_payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """See the port."""
        wanted = {"gateway": gateway, "gateway_payment_id": {"$in": list(gateway_payment_ids)}}
        return (await _read(self._payments.find(wanted, FIELDS))).stored


async def _read(cursor: AsyncCursor[Any]) -> ScannedPage:
    try:
        documents = await cursor.to_list(None)
    except PyMongoError as error:
        raise StoreUnavailable from error
    stored: list[StoredPayment] = []
    unreadable: list[Unreadable] = []
    for document in documents:
        try:
            stored.append(to_stored(document))
        except _UNREADABLE as error:
            account = document.get("gateway_payment_id")
            unreadable.append(
                Unreadable(
                    payment_id=document["_id"],
                    reason=_reason(error, document),
                    gateway_payment_id=account if isinstance(account, str) else "",
                )
            )
    return ScannedPage(stored=stored, unreadable=unreadable, scanned_to=documents[-1]["_id"] if documents else "")


def _reason(error: Exception, document: Mapping[str, Any]) -> str:
    """Returns why a document cannot be read. The text names fields and types, but never shows a value."""
    place = next(_misplaced(document), "")
    if not place and isinstance(error, msgspec.ValidationError | KeyError):
        place = str(error)
    return f"{type(error).__name__}: {place}"[:REASON_CHARS_MAX] if place else type(error).__name__


_PARTS: Mapping[str, type] = {"attempts": list, "approvals": list, "history": list, "reason": Mapping}


def _misplaced(document: Mapping[str, Any]) -> Iterator[str]:
    """Yields a text for each part of a payment that has a wrong type. No release ever wrote such a type."""
    wanted: list[tuple[str, Any, type]] = [
        ("payment_method", document.get("payment_method"), Mapping),
        ("refunds", document.get("refunds"), list),
    ]
    refunds = document.get("refunds")
    for number, refund in enumerate(refunds if isinstance(refunds, list) else ()):
        wanted.append((f"refunds.{number}", refund, Mapping))
        if isinstance(refund, Mapping):
            wanted += [(f"refunds.{number}.{name}", refund.get(name), kind) for name, kind in _PARTS.items()]
    for name, found, kind in wanted:
        if not isinstance(found, kind):
            yield f"{name} is {'null' if found is None else type(found).__name__}"


def to_stored(document: Mapping[str, Any]) -> StoredPayment:
    """Returns the payment that a document stores. The document must be read with the projection FIELDS."""
    document = upcast({**document}, PAYMENT_SHAPE, PAYMENT_UPCASTS)
    head = msgspec.convert(document, _Head)
    latest, is_outbox_readable = _latest(document)
    return StoredPayment(
        id=document["_id"],
        merchant_id=head.merchant_id,
        path=head.path,
        captured_amount=head.captured_amount,
        reserved_amount=head.reserved_amount,
        refunded_amount=head.refunded_amount,
        currency=head.currency,
        payment_method=document["payment_method"]["type"],
        gateway=head.gateway,
        gateway_payment_id=head.gateway_payment_id,
        created_at=head.created_at,
        refunds=tuple(_to_refund(refund) for refund in document["refunds"]),
        recorded_by=head.recorded_by,
        dispute=head.dispute,
        digest=payment_digest(document["_id"], document),
        latest=latest,
        is_outbox_readable=is_outbox_readable,
        version=head.version,
        last_write=head.last_write or "",
        due_at=head.due_at,
        due_for=head.due_for or "",
        is_claimed="lease" in document,
        route=head.route,
    )


def _latest(document: Mapping[str, Any]) -> tuple[PaymentChange | None, bool]:
    if "events" not in document:
        return None, True
    try:
        return decode_envelope(document["_id"], document["events"]), True
    except EnvelopeUnreadable:
        return None, False


def _parts(found: Any, names: StoredNames) -> Any:
    """Returns the list with each part's fields renamed to the domain's names."""
    if names.is_plain or not isinstance(found, list):
        return found
    return [names.to_domain(part) if isinstance(part, dict) else part for part in found]


def _to_refund(refund: Mapping[str, Any]) -> StoredRefund:
    reason = refund["status_reason"]
    flat = {**refund, "status_reason": reason["code"] if reason else "", "reason": refund["reason"]["code"]}
    return StoredRefund(
        state=msgspec.convert(REFUND_STATE.to_domain(flat), RefundState),
        idempotency_key=refund["idempotency_key"],
        due_at=refund["due_at"],
        attempts=msgspec.convert(_parts(refund["attempts"], SCANNED_ATTEMPT), tuple[StoredAttempt, ...]),
        history=decode_events(refund["history"]),
        history_count=refund["history_count"],
        approvals=msgspec.convert(_parts(refund["approvals"], SCANNED_APPROVAL), tuple[StoredApproval, ...]),
        arn=refund.get("arn", ""),
        digest=refund_digest(refund["id"], refund),
        approval_digests=tuple(approval_digests(refund["id"], refund["approvals"])),
        due_for=refund.get("due_for") or "",
        first_status=refund.get("first_status") or "",
        submitted_by=refund.get("submitted_by", ""),
        approvals_required=refund.get("approvals_required", 0),
        submitted_at=refund.get("submitted_at"),
        approvals_raised_to=refund.get("approvals_raised_to", 0),
        approval_rule=refund.get("approval_rule", ""),
        review_digests=(required_approvals_digest(refund["id"], refund), violations_digest(refund["id"], refund)),
        status_text=(reason.get("text") or "") if reason else "",
        status_detail=(reason.get("detail") or "") if reason else "",
        status_facts=msgspec.convert(reason.get("facts"), _FACTS) if reason else None,
        last_decision_text=(refund["approvals"][-1].get("text") or "") if refund["approvals"] else "",
        violations=msgspec.convert(
            _parts(refund.get("violations", ()), SCANNED_VIOLATION), tuple[StoredViolation, ...]
        ),
        expected_at=refund.get("expected_at"),
        fingerprint=refund.get("fingerprint") or "",
    )
