"""Anchors of the audit chains: their heads, kept where whoever can write to the database cannot.

The reporting-engine appends, verification reads back. An anchor tells of all chains at one moment by one Merkle root
(`domain.audit.anchor_checks`) and is signed; it is only ever added, never changed. What is kept of it are the
heads that moved since the anchor before; now and then one keeps all.

Anchors are numbered within an epoch. Where the database was restored to an earlier moment its chains are behind the
last anchor for ever; then a person begins the next epoch, which says what it follows and why. The one before stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from refunds.domain.audit.hash_chain import ChainHead
from refunds.domain.errors import Unavailable


class AnchorsUnavailable(Unavailable):
    """The place of the anchors does not answer, or cannot be written to, now."""


class AnchorBroken(Exception):
    """An anchor cannot be trusted: it is not sealed as it must be, cannot be read, or one before it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What the first anchor of an epoch follows. `digest` is that of the text of the last anchor before, hexadecimal.

    It is empty, and `broken` says why, where that anchor could not be trusted.
    """

    epoch: int
    number: int
    digest: str
    reason: str
    broken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredHeads:
    """One anchor with the heads of all chains at its moment, by chain.

    `epoch` and `number` count from 1; `at` is when it was made, by the adapter's clock; `root` is over all heads and
    `digest` of the text that is kept, both in hexadecimal. Only the first anchor of an epoch after the first has
    `follows`.
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
        """Anchors the heads of all chains, durable on return. Errors: AnchorsUnavailable, AnchorBroken."""
        ...

    async def latest(self) -> AnchoredHeads | None:
        """The last anchor; None before the first. Errors: AnchorsUnavailable, AnchorBroken."""
        ...

    async def at(self, epoch: int, number: int) -> AnchoredHeads:
        """That anchor. Errors: AnchorsUnavailable, AnchorBroken, also where it is not there."""
        ...

    async def begin_epoch(self, heads: Sequence[ChainHead], reason: str) -> None:
        """Makes the heads of all chains the first anchor of the next epoch. Errors: AnchorsUnavailable."""
        ...
