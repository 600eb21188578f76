"""Compares audit chains with the chain heads in an anchor, and computes one Merkle root over all heads.

The verification and the code that creates anchors call this module. All functions are pure.
"""

from collections.abc import Iterator, Mapping, Sequence

from refunds.domain.audit.chain_findings import AnchoredRecordReplaced, ChainGone, ChainShortened
from refunds.domain.audit.hash_chain import ChainHead
from refunds.domain.audit.merkle_tree import Sibling, is_proven, proof_of, root_of
from refunds.domain.finding import Finding


def heads_root(heads: Sequence[ChainHead]) -> str:
    """Returns the Merkle root over the heads of all chains, in hexadecimal. The heads are sorted by chain."""
    return root_of([_content(head) for head in _by_chain(heads)]).hex()


def head_proof(heads: Sequence[ChainHead], chain: str) -> tuple[Sibling, ...]:
    """Returns the inclusion proof that the head of `chain` is under the Merkle root of all `heads`.

    Raises KeyError if `heads` does not contain the chain.
    """
    ordered = _by_chain(heads)
    places = {head.chain: place for place, head in enumerate(ordered)}
    return proof_of([_content(head) for head in ordered], places[chain])


def is_anchored(head: ChainHead, proof: Sequence[Sibling], root: str) -> bool:
    """True if `proof` shows that `head` is under the Merkle root `root`. No other data is needed."""
    return is_proven(_content(head), proof, bytes.fromhex(root))


def _by_chain(heads: Sequence[ChainHead]) -> list[ChainHead]:
    return sorted(heads, key=lambda head: head.chain)


def _content(head: ChainHead) -> bytes:
    return f"{head.chain}\n{head.seq}\n{head.hash}".encode()


def diverged_chains(
    anchored: Sequence[ChainHead], heads: Mapping[str, ChainHead], stored: Mapping[str, ChainHead]
) -> Iterator[Finding]:
    """Yields a finding for each chain that is missing, is shorter than in the anchor, or differs from the anchor.

    `anchored` has the heads in the anchor, and `heads` has the current heads by chain. `stored` has, by chain, the
    record that is now at the position of the anchored head.
    """
    for anchor in anchored:
        head, found = heads.get(anchor.chain), stored.get(anchor.chain)
        if head is None:
            yield ChainGone(chain=anchor.chain, anchored=anchor.seq)
        elif head.seq < anchor.seq:
            yield ChainShortened(chain=anchor.chain, ends_at=head.seq, anchored=anchor.seq)
        elif found is None or found.hash != anchor.hash or (head.seq == anchor.seq and head.hash != anchor.hash):
            yield AnchoredRecordReplaced(chain=anchor.chain, seq=anchor.seq)
