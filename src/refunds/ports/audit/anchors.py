"""Anchors of the audit chains: the chains' heads, stored where writers of the database cannot change them.

The reporting-engine appends, verification reads. An anchor covers all chains at one moment by one Merkle root
(`domain.audit.anchor_checks`) and is signed; anchors are only added, never changed. An anchor contains the heads that
changed since the previous one; from time to time an anchor contains all heads.

Anchors are numbered within an epoch. If the database was restored to an earlier moment, its chains are shorter than at
the last anchor. A person then begins the next epoch, which records the anchor that it follows and the reason. The
previous epoch is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from refunds.domain.audit.hash_chain import ChainHead
from refunds.domain.errors import Unavailable


class AnchorsUnavailable(Unavailable):
    """The storage of the anchors does not answer, or it cannot be written to now."""


class AnchorBroken(Exception):
    """An anchor cannot be trusted: its MAC is wrong, its text is malformed, or an earlier anchor is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The anchor that the first anchor of an epoch follows. `digest` is that of its text, hexadecimal.

    If that anchor could not be trusted, `digest` is empty and `broken` gives the reason.
    """

    epoch: int
    number: int
    digest: str
    reason: str
    broken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredHeads:
    """One anchor with the heads of all chains at its moment, by chain.

    `epoch` and `number` count from 1; `at` is when it was made, by the adapter's clock; `root` is over all heads,
    `digest` is of the stored text, both in hexadecimal. Only the first anchor of a later epoch has `follows`.
    """

    number: int
    at: datetime
    heads: tuple[ChainHead, ...]
    root: str
    digest: str
    epoch: int = 1
    follows: Followed | None = None


class Anchors(Protocol):
    """The anchors of one database's audit log."""

    async def append(self, heads: Sequence[ChainHead]) -> None:
        """Anchors the heads of all chains; the anchor is durable on return.

        Errors: AnchorsUnavailable, AnchorBroken.
        """
        ...

    async def latest(self) -> AnchoredHeads | None:
        """Returns the last anchor; None if there is none. Errors: AnchorsUnavailable, AnchorBroken."""
        ...

    async def at(self, epoch: int, number: int) -> AnchoredHeads:
        """Returns the anchor of this number. Errors: AnchorsUnavailable; AnchorBroken, also if it is missing."""
        ...

    async def begin_epoch(self, heads: Sequence[ChainHead], reason: str) -> None:
        """Stores the heads of all chains as the first anchor of the next epoch. Errors: AnchorsUnavailable."""
        ...
