"""Stores anchors of the audit chains in a place that writers of the database cannot change.

The reporting-engine appends anchors, and verification reads the anchors. The head of a chain is its last record. An
anchor covers the heads of all chains at one time by one Merkle root (`domain.audit.anchor_checks`). Every anchor is
signed. Anchors are only added, never changed. An anchor contains the heads that changed since the previous anchor. From
time to time, an anchor contains all heads.

Anchors are numbered within an epoch. If the database was restored to an earlier time, its chains are shorter than at
the last anchor. A person then begins the next epoch. The new epoch records the anchor that it follows and the reason.
The previous epoch is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from refunds.domain.audit.hash_chain import ChainHead
from refunds.domain.errors import Unavailable


class AnchorsUnavailable(Unavailable):
    """The storage of the anchors does not answer or cannot be written to now."""


class AnchorBroken(Exception):
    """An anchor cannot be trusted. The cause is a wrong MAC, a malformed text or a missing earlier anchor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The last anchor of an epoch, which the next epoch records in its first anchor.

    `epoch` and `number` name the last anchor. `digest` is the digest of its text in hexadecimal. If the last anchor
    could not be trusted, `digest` is empty and `broken` gives the cause. `reason` is why a person began the next epoch.
    """

    epoch: int
    number: int
    digest: str
    reason: str
    broken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredHeads:
    """An anchor, with the heads that all audit chains had when the anchor was made.

    `heads` are ordered by chain. `epoch` and `number` count from 1. `at` is the time by the adapter's clock. `root` is
    the Merkle root over all heads, and `digest` is the digest of the stored text. Both are hexadecimal. `follows` is
    set only in the first anchor of an epoch after the first epoch.
    """

    number: int
    at: datetime
    heads: tuple[ChainHead, ...]
    root: str
    digest: str
    epoch: int = 1
    follows: Followed | None = None


class Anchors(Protocol):
    """Stores and reads the anchors of one database's audit log."""

    async def append(self, heads: Sequence[ChainHead]) -> None:
        """Stores an anchor of the heads of all chains durably. Raises AnchorsUnavailable or AnchorBroken."""
        ...

    async def latest(self) -> AnchoredHeads | None:
        """Returns the last anchor, or None if there is none. Raises AnchorsUnavailable or AnchorBroken."""
        ...

    async def at(self, epoch: int, number: int) -> AnchoredHeads:
        """Returns the anchor with this epoch and number. Raises AnchorsUnavailable or AnchorBroken."""
        ...

    async def begin_epoch(self, heads: Sequence[ChainHead], reason: str) -> None:
        """Stores the heads of all chains as the first anchor of the next epoch. Raises AnchorsUnavailable."""
        ...
