"""Writes the audit log in MongoDB. Each entry becomes one record, and each tenant has one chain of records.

A further document stores each chain's head (its last record). Records and heads are written only in a transaction of
the caller, together with the change that the entries record. If two transactions append to one chain at the same time,
both write its head and conflict. Then the database aborts one transaction, which is repeated.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.read_model_schema import AUDIT_HEADS, AUDIT_LOG
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.audit.hash_chain import AuditEntry, ChainHead, ChainLink, empty_chain, extend
from refunds.ports.audit.verification_reads import Audited

SEQ_DIGITS = 12
VERSION_UNREADABLE = -1


class ChainMoved(Exception):
    """Raised if another transaction has changed a head since it was read, but MongoDB reported no conflict."""


async def append_audit(
    session: AsyncClientSession, database: AsyncDatabase[Any], entries: Sequence[AuditEntry]
) -> None:
    """Appends each entry to its chain, in the given order, within the caller's transaction.

    Raises ChainMoved if another transaction changed a head. See `transactions.in_transaction`.
    """
    by_chain: dict[str, list[AuditEntry]] = {}
    for entry in entries:
        by_chain.setdefault(entry.chain, []).append(entry)
    heads = await _heads(session, database, list(by_chain))
    records: list[Document] = []
    moves: list[UpdateOne] = []
    for chain, of_chain in by_chain.items():
        head = heads.get(chain) or empty_chain(chain)
        links = extend(head, of_chain)
        records += [_record(link, entry) for link, entry in zip(links, of_chain, strict=True)]
        moves.append(_move(head, links[-1]))
    await database[AUDIT_LOG].insert_many(records, ordered=False, session=session)
    moved = await database[AUDIT_HEADS].bulk_write(moves, ordered=False, session=session)
    if moved.matched_count + moved.upserted_count != len(moves):
        raise ChainMoved


async def _heads(session: AsyncClientSession, database: AsyncDatabase[Any], chains: list[str]) -> dict[str, ChainHead]:
    cursor = database[AUDIT_HEADS].find({"_id": {"$in": chains}}, session=session)
    return {head.chain: head for head in map(to_head, await cursor.to_list(None))}


def to_head(document: Mapping[str, Any]) -> ChainHead:
    """Returns the head that a MongoDB document stores."""
    return ChainHead(chain=document["_id"], seq=document["seq"], hash=document["hash"])


def record_id(chain: str, seq: int) -> str:
    """Returns the id of a record. The ids of one chain sort in the order of the chain."""
    return f"{chain}:{seq:0{SEQ_DIGITS}d}"


def _record(link: ChainLink, entry: AuditEntry) -> Document:
    return {
        "_id": record_id(link.chain, link.seq),
        "chain": link.chain,
        "seq": link.seq,
        "subject": entry.subject,
        "version": entry.version,
        "body": entry.body.decode(),
        "previous_hash": link.previous_hash,
        "hash": link.hash,
    }


def to_entry(document: Mapping[str, Any]) -> AuditEntry:
    """Returns the entry that a record stores, even if a person edited the record."""
    return AuditEntry(
        chain=str(document.get("chain")),
        subject=str(document.get("subject")),
        version=document.get("version", 0),
        body=str(document.get("body")).encode(),
    )


def to_audited(document: Mapping[str, Any]) -> Audited:
    """Returns the subject and the version of a record.

    If the version is not an integer, returns a version that no payment has.
    """
    version = document.get("version")
    return Audited(
        id=document["_id"],
        subject=str(document.get("subject")),
        version=version if isinstance(version, int) else VERSION_UNREADABLE,
    )


def to_link(document: Mapping[str, Any]) -> ChainLink:
    """Returns a record as a link of its hash chain. If a field was changed or removed, the hash does not match."""
    entry = to_entry(document)
    return ChainLink(
        chain=entry.chain,
        seq=document.get("seq", 0),
        previous_hash=document.get("previous_hash", ""),
        hash=document.get("hash", ""),
        content=entry.content,
    )


def _move(head: ChainHead, last: ChainLink) -> UpdateOne:
    return UpdateOne(
        {"_id": head.chain, "seq": head.seq},
        {"$set": {"seq": last.seq, "hash": last.hash}},
        upsert=head.seq == 0,
    )
