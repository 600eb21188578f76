"""Computes Merkle trees over byte strings by RFC 6962, section 2.1.

A tree has one root for all byte strings, and a short proof for each of them. A leaf is SHA-256 over 0x00 and the byte
string. A node is SHA-256 over 0x01 and its two children. A node without a neighbor moves up one level unchanged. All
functions are pure.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

EMPTY = sha256(b"").digest()


class Sibling(NamedTuple):
    """The neighbor at one level of a proof, with its hash. `is_left` is True if the neighbor is on the left."""

    is_left: bool
    digest: bytes


def root_of(contents: Sequence[bytes]) -> bytes:
    """Returns the root over the contents. Their order matters."""
    level = [_leaf(content) for content in contents]
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else EMPTY


def proof_of(contents: Sequence[bytes], index: int) -> tuple[Sibling, ...]:
    """Returns the hashes that lead from the content at `index` up to the root, with the lowest level first.

    Raises IndexError if there is no such content.
    """
    level, place, proof = [_leaf(content) for content in contents], range(len(contents))[index], []
    while len(level) > 1:
        if place % 2:
            proof.append(Sibling(True, level[place - 1]))
        elif place + 1 < len(level):
            proof.append(Sibling(False, level[place + 1]))
        level, place = _above(level), place // 2
    return tuple(proof)


def is_proven(content: bytes, proof: Sequence[Sibling], root: bytes) -> bool:
    """True if the proof leads from this content to this root."""
    digest = _leaf(content)
    for sibling in proof:
        digest = _node(sibling.digest, digest) if sibling.is_left else _node(digest, sibling.digest)
    return digest == root


def _leaf(content: bytes) -> bytes:
    return sha256(b"\x00" + content).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _above(level: list[bytes]) -> list[bytes]:
    nodes = [_node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return nodes + level[len(nodes) * 2 :]
