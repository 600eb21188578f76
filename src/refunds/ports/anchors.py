"""Anchors of the audit chains: their heads, kept where whoever can write to the database cannot.

The reporting-engine appends, verification reads back. An anchor tells of all chains at one moment and is sealed
(`ports.seals`); it is only ever added, never changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from refunds.domain.audit import ChainHead
from refunds.domain.errors import Unavailable


class AnchorsUnavailable(Unavailable):
    """The place of the anchors does not answer, or cannot be written to, now."""


class AnchorBroken(Exception):
    """The last anchor cannot be trusted: it is not sealed as it must be, cannot be read, or one before it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredHeads:
    """One anchor. `number` counts from 1; `at` is when it was made, by the adapter's clock; heads by chain."""

    number: int
    at: datetime
    heads: tuple[ChainHead, ...]


class Anchors(Protocol):
    """The anchors of one database's audit log."""

    async def append(self, heads: Sequence[ChainHead]) -> None:
        """Keeps the heads of all chains, durable on return. Errors: AnchorsUnavailable, AnchorBroken."""
        ...

    async def latest(self) -> AnchoredHeads | None:
        """The last anchor; None before the first. Errors: AnchorsUnavailable, AnchorBroken."""
        ...
