"""The audit log in memory: the double of what the relay writes."""

from collections.abc import Sequence

from refunds.domain.audit import AuditEntry, ChainHead, empty_chain, extend
from refunds.domain.tenancy import Tenant
from refunds.ports.audit_records import AuditRecord


class MemoryAuditRecords:
    """See `ports.audit_records`."""

    def __init__(self) -> None:
        self._chains: dict[str, list[AuditRecord]] = {}

    def append(self, *entries: AuditEntry) -> None:
        """Adds records, each to its chain."""
        for entry in entries:
            chain = self._chains.setdefault(entry.chain, [])
            head = empty_chain(entry.chain)
            if chain:
                head = ChainHead(chain=entry.chain, seq=chain[-1].link.seq, hash=chain[-1].link.hash)
            chain += [AuditRecord(link=link, entry=entry) for link in extend(head, [entry])]

    async def of_chain(self, tenant: Tenant, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """See the port."""
        found = [record for record in self._chains.get(tenant.id, ()) if record.link.seq > after_seq]
        return found[:records_max]

    async def of_subject(self, tenant: Tenant, subject: str, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """See the port."""
        found = await self.of_chain(tenant, after_seq, len(self._chains.get(tenant.id, ())))
        return [record for record in found if record.entry.subject == subject][:records_max]
