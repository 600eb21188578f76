"""All payment documents in the order of their ids, with histories; see `ports.payment_walk`."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.digests import approval_digests, payment_digest, refund_digest
from refunds.adapters.mongo.envelope import decode_envelope, decode_events
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.domain.changes import RefundState
from refunds.domain.errors import StoreUnavailable
from refunds.domain.stored import NO_DISPUTE, StoredApproval, StoredAttempt, StoredPayment, StoredRefund

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
    "events": 1,
    "refunds": 1,
}


class MongoPaymentWalk:
    """See the port."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._payments = database[PAYMENTS]

    async def after(self, payment_id: str, payments_max: int) -> Sequence[StoredPayment]:
        """See the port. StoreUnavailable where the database does not answer."""
        page = self._payments.find({"_id": {"$gt": payment_id}}, FIELDS).sort("_id", 1)
        return await _stored(page.limit(payments_max))

    async def by_ids(self, payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """See the port."""
        return await _stored(self._payments.find({"_id": {"$in": list(payment_ids)}}, FIELDS))

    async def by_gateway_ids(self, gateway: str, gateway_payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """See the port."""
        wanted = {"gateway": gateway, "gateway_payment_id": {"$in": list(gateway_payment_ids)}}
        return await _stored(self._payments.find(wanted, FIELDS))


async def _stored(cursor: AsyncCursor[Any]) -> Sequence[StoredPayment]:
    try:
        documents = await cursor.to_list(None)
    except PyMongoError as error:
        raise StoreUnavailable from error
    return [to_stored(document) for document in documents]


def to_stored(document: Mapping[str, Any]) -> StoredPayment:
    """A payment document read with FIELDS."""
    envelope = document.get("events")
    return StoredPayment(
        id=document["_id"],
        merchant_id=document["merchant_id"],
        path=tuple(document["path"]),
        captured_amount=document["captured_amount"],
        reserved_amount=document["reserved_amount"],
        refunded_amount=document["refunded_amount"],
        currency=document["currency"],
        payment_method=document["payment_method"]["type"],
        gateway=document["gateway"],
        gateway_payment_id=document["gateway_payment_id"],
        created_at=document["created_at"],
        refunds=tuple(_to_refund(refund) for refund in document["refunds"]),
        recorded_by=document.get("recorded_by", ""),
        dispute=document.get("dispute", NO_DISPUTE),
        digest=payment_digest(document["_id"], document),
        latest=decode_envelope(envelope) if envelope else None,
        version=document["version"],
        last_write=document.get("last_write") or "",
        due_at=document.get("due_at"),
        due_for=document.get("due_for") or "",
        is_claimed="lease" in document,
    )


def _to_refund(refund: Mapping[str, Any]) -> StoredRefund:
    reason = refund["status_reason"]
    flat = {**refund, "status_reason": reason["code"] if reason else "", "reason": refund["reason"]["code"]}
    return StoredRefund(
        state=msgspec.convert(flat, RefundState),
        idempotency_key=refund["idempotency_key"],
        due_at=refund["due_at"],
        attempts=msgspec.convert(refund["attempts"], tuple[StoredAttempt, ...]),
        history=decode_events(refund["history"]),
        history_count=refund["history_count"],
        approvals=msgspec.convert(refund["approvals"], tuple[StoredApproval, ...]),
        arn=refund.get("arn", ""),
        digest=refund_digest(refund["id"], refund),
        approval_digests=tuple(approval_digests(refund["id"], refund["approvals"])),
        due_for=refund.get("due_for") or "",
        first_status=refund.get("first_status") or "",
        submitted_by=refund.get("submitted_by", ""),
        approvals_required=refund.get("approvals_required", 0),
        approval_rule=refund.get("approval_rule", ""),
    )
