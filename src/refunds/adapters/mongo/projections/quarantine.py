"""Stores the quarantine of a reader of the feed, with one document per payment and per waiting change.

Both kinds of documents are in one collection. A waiting change is stored as its envelope. The id of a waiting change
sorts after the id of its payment.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.payments.outbox_codec import EnvelopeUnreadable, decode_envelope, encode_change
from refunds.adapters.mongo.read_model_schema import SET_ASIDE
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.audit.verification_reads import WaitingPayment
from refunds.ports.payments.payment_scan import Unreadable
from refunds.ports.projections.quarantine import QuarantineFull

KEPT_MAX = 10_000
WAITING_MAX = 100_000
VERSION_DIGITS = 9


class MongoQuarantineStore:
    """See `ports.projections.quarantine`.

    The quarantine of one reader has at most `kept_max` payments and `waiting_max` waiting changes.
    """

    def __init__(
        self, database: AsyncDatabase[Any], reader: str, *, kept_max: int = KEPT_MAX, waiting_max: int = WAITING_MAX
    ) -> None:
        self._collection = database[SET_ASIDE]
        self._reader = reader
        self._reader_of_waiting = f"{reader}/waiting"
        self._kept_max = kept_max
        self._waiting_max = waiting_max

    async def put(self, payments: Sequence[Unreadable], waiting: Sequence[PaymentChange], now: datetime) -> None:
        """See the port."""
        kept = {self._id(payment.payment_id): self._keep(payment, now) for payment in payments}
        waits = {self._id_of_waiting(change): self._wait(change) for change in waiting}
        try:
            await self._find_room(self._reader, list(kept), self._kept_max)
            await self._find_room(self._reader_of_waiting, list(waits), self._waiting_max)
            if kept or waits:
                await self._collection.bulk_write([*kept.values(), *waits.values()])
        except PyMongoError as error:
            raise OutcomeUnknown from error

    async def _find_room(self, reader: str, ids: Sequence[str], ids_max: int) -> None:
        """Raises QuarantineFull if the reader would have more than `ids_max` ids after the new ids are stored."""
        if not ids:
            return
        standing = await self._collection.count_documents({"reader": reader}, limit=ids_max + 1)
        if standing + len(ids) <= ids_max:
            return
        known = await self._collection.count_documents({"_id": {"$in": list(ids)}})
        if standing + len(ids) - known > ids_max and known < len(ids):
            raise QuarantineFull

    def _keep(self, payment: Unreadable, now: datetime) -> UpdateOne:
        update = {
            "$set": {"reason": payment.reason, "tried_at": now},
            "$setOnInsert": {"reader": self._reader, "payment_id": payment.payment_id, "at": now},
            "$inc": {"tries": 1},
        }
        return UpdateOne({"_id": self._id(payment.payment_id)}, update, upsert=True)

    def _wait(self, change: PaymentChange) -> UpdateOne:
        fields: Document = {
            "reader": self._reader_of_waiting,
            "payment_id": change.payment_id,
            "version": change.version,
            "change": encode_change(change),
        }
        return UpdateOne({"_id": self._id_of_waiting(change)}, {"$setOnInsert": fields}, upsert=True)

    async def ids(self) -> Collection[str]:
        """See the port."""
        try:
            found = await self._collection.find({"reader": self._reader}, {"payment_id": 1}).to_list(None)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return {document["payment_id"] for document in found}

    async def waiting(
        self, payment_ids: Sequence[str]
    ) -> tuple[Mapping[str, Sequence[PaymentChange]], Sequence[Unreadable]]:
        """See the port."""
        if not payment_ids:
            return {}, ()
        try:
            cursor = self._collection.find({"$or": [self._waiting_with(each) for each in payment_ids]})
            documents = await cursor.sort("_id", 1).to_list(None)
        except PyMongoError as error:
            raise StoreUnavailable from error
        found: dict[str, list[PaymentChange]] = {}
        broken: dict[str, Unreadable] = {}
        for document in documents:
            payment_id = document["payment_id"]
            try:
                found.setdefault(payment_id, []).append(decode_envelope(payment_id, document["change"]))
            except EnvelopeUnreadable as error:
                broken[payment_id] = Unreadable(payment_id=payment_id, reason=f"{error} in a change that waits")
        return found, list(broken.values())

    async def drop(self, payment_ids: Sequence[str]) -> None:
        """See `ports.projections.quarantine`. Waiting changes are deleted before their payment.

        If the second deletion fails, the payment is only retried once more.
        """
        if not payment_ids:
            return
        try:
            await self._collection.delete_many({"$or": [self._waiting_with(each) for each in payment_ids]})
            await self._collection.delete_many({"_id": {"$in": [self._id(each) for each in payment_ids]}})
        except PyMongoError as error:
            raise OutcomeUnknown from error

    def _id(self, payment_id: str) -> str:
        return f"{self._reader}:{payment_id}"

    def _id_of_waiting(self, change: PaymentChange) -> str:
        return f"{self._id(change.payment_id)}:{change.version:0{VERSION_DIGITS}d}"

    def _waiting_with(self, payment_id: str) -> Document:
        return {"_id": {"$gt": f"{self._id(payment_id)}:", "$lt": f"{self._id(payment_id)};"}}


def to_waiting(document: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> WaitingPayment:
    """Returns a quarantined payment with the versions of its waiting changes.

    `changes` may include changes of other payments.
    """
    mine = [each for each in changes if str(each["_id"]).startswith(f"{document['_id']}:")]
    return WaitingPayment(
        id=document["_id"],
        reader=str(document.get("reader")),
        payment_id=str(document.get("payment_id")),
        since=str(document.get("at")),
        reason=str(document.get("reason")),
        versions=tuple(each["version"] for each in mine),
    )
