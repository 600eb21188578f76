"""Defines the audit log as one hash chain per tenant. Each record contains the hash of the record before it.

If a record is edited, removed or moved, the chain breaks at that record, and `follow` finds the place. The caller
passes a record's content as canonical bytes. All functions are pure.
"""

from collections.abc import Iterable
from hashlib import sha256

from msgspec import Struct

GENESIS = "0" * 64


class ChainLink(Struct, frozen=True, kw_only=True):
    """The hash of an audit record, with the parts of the record that the hash covers. `seq` counts from 1."""

    chain: str
    seq: int
    previous_hash: str
    hash: str
    content: bytes


class AuditEntry(Struct, frozen=True, kw_only=True):
    """An entry that is appended to `chain`, which is a tenant's id.

    `subject` is the id of the object that the entry describes. The log contains each version of a subject only once.
    """

    chain: str
    subject: str
    version: int
    body: bytes

    @property
    def content(self) -> bytes:
        """Returns the content as bytes. The record's hash also covers the chain, `seq` and the previous hash."""
        return b"\n".join((self.subject.encode(), str(self.version).encode(), self.body))


class ChainHead(Struct, frozen=True, kw_only=True):
    """The last record of a chain. The head of an empty chain has `seq` 0 and the hash GENESIS."""

    chain: str
    seq: int
    hash: str


def empty_chain(chain: str) -> ChainHead:
    """Returns the head of a chain without records."""
    return ChainHead(chain=chain, seq=0, hash=GENESIS)


def extend(head: ChainHead, entries: Iterable[AuditEntry]) -> list[ChainLink]:
    """Returns the links that append these entries, in this order, to the chain after `head`."""
    links: list[ChainLink] = []
    seq, previous = head.seq, head.hash
    for entry in entries:
        seq += 1
        links.append(link(head.chain, seq, previous, entry.content))
        previous = links[-1].hash
    return links


def link(chain: str, seq: int, previous_hash: str, content: bytes) -> ChainLink:
    """Returns the link at position `seq` of a chain, with its hash."""
    return ChainLink(
        chain=chain,
        seq=seq,
        previous_hash=previous_hash,
        hash=_hash(chain, seq, previous_hash, content),
        content=content,
    )


def _hash(chain: str, seq: int, previous_hash: str, content: bytes) -> str:
    return sha256(b"\n".join((chain.encode(), str(seq).encode(), previous_hash.encode(), content))).hexdigest()


def follow(after: ChainHead, links: Iterable[ChainLink]) -> tuple[ChainHead, int | None]:
    """Checks that `links`, in this order, continue the chain after the head `after`.

    Returns the last intact head, and the `seq` of the first break. The second value is None if there is no break.
    """
    seq, previous = after.seq, after.hash
    for found in links:
        is_next = found.chain == after.chain and found.seq == seq + 1 and found.previous_hash == previous
        if not is_next or found.hash != _hash(found.chain, found.seq, previous, found.content):
            return ChainHead(chain=after.chain, seq=seq, hash=previous), seq + 1
        seq, previous = found.seq, found.hash
    return ChainHead(chain=after.chain, seq=seq, hash=previous), None


def first_break(links: Iterable[ChainLink], head: ChainHead) -> int | None:
    """Returns the `seq` of the first break in a whole chain that should end at `head`.

    Returns None if the chain has no break.
    """
    reached, broken = follow(empty_chain(head.chain), links)
    if broken is None and reached != head:
        return reached.seq + 1
    return broken
