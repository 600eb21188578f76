"""Reads the simulated audit log in pages. It implements `ports.audit.audit_records` for tests and the simulator."""

from collections.abc import Iterator, Sequence

from pymongo.errors import PyMongoError

from refunds.adapters.memory.audit.audit_log import append_audit
from refunds.adapters.memory.client import Client, Transaction
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import DIRECT, Line
from refunds.adapters.mongo.audit_log import record_id
from refunds.domain.audit.hash_chain import AuditEntry
from refunds.domain.errors import StoreUnavailable
from refunds.domain.tenancy import Tenant
from refunds.ports.audit.audit_records import AuditRecord


class MemoryAuditRecords:
    """See `ports.audit.audit_records`."""

    def __init__(self, database: MemoryDatabase | None = None, line: Line = DIRECT) -> None:
        self._database = database or MemoryDatabase()
        self._client = Client(self._database, line)

    def append(self, *entries: AuditEntry) -> None:
        """Appends each entry to its own chain. Tests without a relay use this method."""
        transaction = Transaction(self._database)
        append_audit(self._database, transaction, entries)
        transaction.commit(self._database)

    async def of_chain(self, tenant: Tenant, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """See the port."""
        return await self._read(tenant, after_seq, records_max, "")

    async def of_subject(self, tenant: Tenant, subject: str, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """See the port."""
        return await self._read(tenant, after_seq, records_max, subject)

    async def _read(self, tenant: Tenant, after_seq: int, records_max: int, subject: str) -> Sequence[AuditRecord]:
        def read() -> Sequence[AuditRecord]:
            found = chain_after(self._database, tenant.id, after_seq)
            return [each for each in found if not subject or each.entry.subject == subject][:records_max]

        try:
            return await self._client.read("mongo.audit_records.read", read)
        except PyMongoError as error:
            raise StoreUnavailable from error


def chain_after(database: MemoryDatabase, chain: str, after_seq: int) -> Iterator[AuditRecord]:
    """Yields a chain's records after `after_seq`, in order. Leaves out records that no majority has stored."""
    head = database.tables["audit_heads"].majority.get(chain)
    for seq in range(after_seq + 1, (0 if head is None else head.seq) + 1):
        record = database.audit_log.majority.get(record_id(chain, seq))
        if record is not None:
            yield record
