"""Reads the read models and the audit log in MongoDB for verification. See `ports.audit.verification_reads`."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import msgspec
from pymongo import ASCENDING
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.audit_log import record_id, to_audited, to_entry, to_head, to_link
from refunds.adapters.mongo.client import ANY_TIME
from refunds.adapters.mongo.cluster_time import present
from refunds.adapters.mongo.payments.bulk_files import to_file
from refunds.adapters.mongo.projections.current_generation import CurrentGeneration, Read
from refunds.adapters.mongo.projections.offsets import POSITION_ID, read_position
from refunds.adapters.mongo.projections.quarantine import to_waiting
from refunds.adapters.mongo.projections.read_model_documents import to_listed, to_posted, to_rolled_up
from refunds.adapters.mongo.read_model_schema import (
    AUDIT_HEADS,
    AUDIT_LOG,
    LEDGER,
    REFUND_LIST,
    ROLL_UPS,
    SET_ASIDE,
)
from refunds.adapters.mongo.schema import BULK_FILES, PAYMENTS
from refunds.domain.audit.hash_chain import AuditEntry, ChainHead, ChainLink
from refunds.domain.errors import StoreUnavailable
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.verification.payment_findings import GatewayIdShared, KeyOfSeveralPayments
from refunds.ports.audit.verification_reads import Audited, LedgerSum, Named, RolledUp, WaitingPayment, shared_id
from refunds.ports.projections.read_models import ListedRefund, Phase

Document = dict[str, Any]
Place: TypeAlias = AsyncCollection[Any]
T = TypeVar("T")

LOOK_EVERY_S = 0.05
_OTHER_IDS = "$refunds.attempts.doubt.other_ids"


class MongoVerificationReads:
    """See `ports.audit.verification_reads`. Raises StoreUnavailable if the database does not answer."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._database = database
        self._current = CurrentGeneration(database.with_options(codec_options=ANY_TIME))

    async def caught_up(self, timeout_s: float) -> bool:
        """See the port."""
        try:
            until = await present(self._database)
            async with asyncio.timeout(timeout_s) as limit:
                while not await self._has_read_to(until):
                    if limit.expired():  # the driver dropped the cancellation, see kit.cancellation
                        return False
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            return False
        except PyMongoError as error:
            raise StoreUnavailable from error
        return True

    async def _has_read_to(self, until: int) -> bool:
        position = await read_position(self._database)
        return position.phase is Phase.STREAMING and position.read_to >= until

    async def rows(self, refund_ids: Sequence[str]) -> Mapping[str, ListedRefund]:
        """See the port."""
        documents = await self._find(REFUND_LIST, {"_id": {"$in": list(refund_ids)}})
        return {document["_id"]: to_listed(document) for document in documents}

    async def entries(self, entry_ids: Sequence[str]) -> Sequence[LedgerEntry]:
        """See the port."""
        documents = await self._find(LEDGER, {"_id": {"$in": list(entry_ids)}})
        return [to_posted(document) for document in documents]

    async def listed_after(self, refund_id: str, rows_max: int) -> Sequence[Named]:
        """See the port."""
        return await self._named(REFUND_LIST, refund_id, rows_max)

    async def posted_after(self, entry_id: str, entries_max: int) -> Sequence[Named]:
        """See the port."""
        return await self._named(LEDGER, entry_id, entries_max)

    async def _named(self, name: str, after_id: str, documents_max: int) -> Sequence[Named]:
        documents = await self._find(name, {"_id": {"$gt": after_id}}, documents_max, {"payment_id": 1})
        return [Named(id=document["_id"], payment_id=str(document.get("payment_id"))) for document in documents]

    async def records(self, subjects: Sequence[str]) -> Sequence[AuditEntry]:
        """See the port."""
        return [to_entry(d) for d in await self._find(AUDIT_LOG, {"subject": {"$in": list(subjects)}})]

    async def audited_after(self, record_id: str, records_max: int) -> Sequence[Audited]:
        """See the port."""
        shown = {"subject": 1, "version": 1}
        documents = await self._find(AUDIT_LOG, {"_id": {"$gt": record_id}}, records_max, shown)
        return [to_audited(document) for document in documents]

    async def files(self, wanted: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], BulkFile]:
        """See the port."""
        by_id = {f"{merchant_id}/{key}": (merchant_id, key) for merchant_id, key in wanted}
        found = await self._find(BULK_FILES, {"_id": {"$in": list(by_id)}})
        files = {by_id[document["_id"]]: _file(document) for document in found}
        return {key: file for key, file in files.items() if file is not None}

    async def waiting_of(self, payment_ids: Sequence[str]) -> Collection[str]:
        """See the port."""
        found = await self._find(SET_ASIDE, {"_id": {"$in": [f"{POSITION_ID}:{each}" for each in payment_ids]}})
        return {str(document.get("payment_id")) for document in found}

    async def waiting(self, after_id: str, payments_max: int) -> Sequence[WaitingPayment]:
        """See the port."""
        page = await self._find(SET_ASIDE, {"_id": {"$gt": after_id}, "version": {"$exists": False}}, payments_max)
        behind = [{"_id": {"$gt": f"{document['_id']}:", "$lt": f"{document['_id']};"}} for document in page]
        changes = await self._find(SET_ASIDE, {"$or": behind}) if page else []
        return [to_waiting(document, changes) for document in page]

    async def audited_settings(self) -> Sequence[str]:
        """See the port."""
        changes = {"body": {"$regex": '"type":"(tenant\\.added|parameter\\.set)"'}}
        groups = await self._aggregate(AUDIT_LOG, [{"$match": changes}, {"$group": {"_id": "$subject"}}])
        return [group["_id"] for group in groups]

    async def roll_ups(self, after_id: str, days_max: int) -> Sequence[RolledUp]:
        """See the port."""
        return [to_rolled_up(d) for d in await self._find(ROLL_UPS, {"_id": {"$gt": after_id}}, days_max)]

    async def rows_count(self) -> int:
        """See the port."""
        return await self._count(REFUND_LIST)

    async def ledger_sums(self) -> Sequence[LedgerSum]:
        """See the port."""
        group = {
            "_id": "$currency",
            "entries": {"$sum": 1},
            "gateway_amount": {"$sum": "$gateway_amount"},
            "merchant_amount": {"$sum": "$merchant_amount"},
        }
        sums = await self._aggregate(LEDGER, [{"$group": group}, {"$sort": {"_id": ASCENDING}}])
        return [msgspec.convert({**s, "currency": str(s["_id"])}, LedgerSum) for s in sums]

    async def repeated_keys(self, keys_max: int) -> Sequence[KeyOfSeveralPayments]:
        """See the port."""
        key = {"merchant": "$merchant_id", "key": "$refunds.idempotency_key"}
        groups = await self._aggregate(
            PAYMENTS,
            [
                {"$project": {"merchant_id": 1, "refunds.id": 1, "refunds.idempotency_key": 1}},
                {"$unwind": "$refunds"},
                {"$group": {"_id": key, "count": {"$sum": 1}, "first": {"$min": "$refunds.id"}}},
                {"$match": {"count": {"$gt": 1}}},
                {"$limit": keys_max},
            ],
        )
        return [
            KeyOfSeveralPayments(refund_id=g["first"], count=g["count"], merchant_id=g["_id"]["merchant"])
            for g in groups
        ]

    async def shared_gateway_ids(self, ids_max: int) -> Sequence[GatewayIdShared]:
        """See the port."""
        ids = {"$concatArrays": [["$refunds.attempts.gateway_refund_id"], {"$ifNull": [_OTHER_IDS, []]}]}
        of = {"gateway": "$gateway", "name": "$name"}
        groups = await self._aggregate(
            PAYMENTS,
            [
                {"$project": {"gateway": 1, "refunds.attempts": 1}},
                {"$unwind": "$refunds"},
                {"$unwind": "$refunds.attempts"},
                {"$project": {"gateway": 1, "name": ids}},
                {"$unwind": "$name"},
                {"$match": {"name": {"$gt": ""}}},
                {"$group": {"_id": of, "payments": {"$addToSet": "$_id"}}},
                {"$match": {"payments.1": {"$exists": True}}},
                {"$limit": ids_max},
            ],
        )
        return [shared_id(g["_id"]["gateway"], g["_id"]["name"], g["payments"]) for g in groups]

    async def heads(self, after_chain: str, heads_max: int) -> Sequence[ChainHead]:
        """See the port."""
        return [to_head(d) for d in await self._find(AUDIT_HEADS, {"_id": {"$gt": after_chain}}, heads_max)]

    async def stored_at(self, places: Sequence[ChainHead]) -> Sequence[ChainHead]:
        """See the port."""
        wanted = [record_id(place.chain, place.seq) for place in places]
        links = [to_link(d) for d in await self._find(AUDIT_LOG, {"_id": {"$in": wanted}})]
        return [ChainHead(chain=link.chain, seq=link.seq, hash=link.hash) for link in links]

    async def links(self, head: ChainHead, after_seq: int, links_max: int) -> Sequence[ChainLink]:
        """See the port."""
        between = {"$gt": record_id(head.chain, after_seq), "$lte": record_id(head.chain, head.seq)}
        return [to_link(d) for d in await self._find(AUDIT_LOG, {"_id": between}, links_max)]

    async def records_count(self) -> int:
        """See the port."""
        return await self._count(AUDIT_LOG)

    async def _find(
        self, name: str, wanted: Document, documents_max: int = 0, fields: Document | None = None
    ) -> list[Document]:
        async def find(place: Place, session: AsyncClientSession) -> list[Document]:
            cursor = place.find(wanted, fields, session=session).sort("_id", ASCENDING).limit(documents_max)
            return await cursor.to_list(None)

        return await self._read(name, find)

    async def _aggregate(self, name: str, pipeline: list[Document]) -> list[Document]:
        async def aggregate(place: Place, session: AsyncClientSession) -> list[Document]:
            cursor = await place.aggregate(pipeline, session=session, allowDiskUse=True)
            return await cursor.to_list(None)

        return await self._read(name, aggregate)

    async def _count(self, name: str) -> int:
        async def count(place: Place, session: AsyncClientSession) -> int:
            return await place.count_documents({}, session=session)

        return await self._read(name, count)

    async def _read(self, name: str, read: Read[T]) -> T:
        try:
            return await self._current.read(name, read)
        except PyMongoError as error:
            raise StoreUnavailable from error


def _file(document: Document) -> BulkFile | None:
    """Returns the record of a bulk file, even if a person edited it. Returns None if it cannot be read."""
    try:
        return to_file(document)
    except (LookupError, TypeError, ValueError):
        return None
