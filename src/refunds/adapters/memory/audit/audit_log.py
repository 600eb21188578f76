"""Appends records to the simulated audit log. The recorded change is written in the same transaction."""

from collections.abc import Sequence

from refunds.adapters.memory.client import Transaction
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.mongo.audit_log import record_id
from refunds.domain.audit.hash_chain import AuditEntry, ChainHead, empty_chain, extend
from refunds.ports.audit.audit_records import AuditRecord


class KeyTaken(Exception):
    """Raised if the audit log already has an entry for the same version of the same subject."""


def append_audit(database: MemoryDatabase, transaction: Transaction, entries: Sequence[AuditEntry]) -> None:
    """Appends each entry to its chain, in order. Raises KeyTaken if a subject's version already has an entry."""
    by_chain: dict[str, list[AuditEntry]] = {}
    known: dict[tuple[str, int], None] = {}
    for entry in entries:
        place = (entry.subject, entry.version)
        if place in known or entry.version in database.audit_log.local_by_subject.get(entry.subject, {}):
            raise KeyTaken
        known[place] = None
        by_chain.setdefault(entry.chain, []).append(entry)
    for chain, of_chain in by_chain.items():
        head: ChainHead = transaction.get("audit_heads", chain) or empty_chain(chain)
        links = extend(head, of_chain)
        for link, entry in zip(links, of_chain, strict=True):
            transaction.put("audit_log", record_id(chain, link.seq), AuditRecord(link=link, entry=entry))
        last = links[-1]
        transaction.put("audit_heads", chain, ChainHead(chain=chain, seq=last.seq, hash=last.hash))
