"""Reads the audit log in MongoDB in pages. See `ports.audit.audit_records`.

The reads use only indexes that the writers of the audit log also need.
"""

from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.audit_log import record_id, to_entry, to_link
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import StoreUnavailable
from refunds.domain.tenancy import Tenant
from refunds.ports.audit.audit_records import AuditRecord

SEQ_MAX = 10**12 - 1


class MongoAuditRecords:
    """See the port."""

    def __init__(self, database: AsyncDatabase[Any], *, timeout_s: float = 5.0) -> None:
        self._records = database[AUDIT_LOG]
        self._timeout_ms = int(timeout_s * 1000)

    async def of_chain(self, tenant: Tenant, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """See the port."""
        between = {"$gt": record_id(tenant.id, after_seq), "$lte": record_id(tenant.id, SEQ_MAX)}
        return await self._find({"_id": between, "chain": tenant.id}, records_max)

    async def of_subject(self, tenant: Tenant, subject: str, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """See the port."""
        return await self._find({"subject": subject, "chain": tenant.id, "seq": {"$gt": after_seq}}, records_max)

    async def _find(self, wanted: Document, records_max: int) -> Sequence[AuditRecord]:
        cursor = self._records.find(wanted, max_time_ms=self._timeout_ms).sort("_id", ASCENDING).limit(records_max)
        try:
            found = await cursor.to_list(None)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return [AuditRecord(link=to_link(document), entry=to_entry(document)) for document in found]
