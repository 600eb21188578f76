"""Anchors the audit chains where the database's writers cannot reach, and holds the chains against the last anchor.

`AnchorAudit` is called by the reporting-engine every few seconds; `check_anchored` by it and by verification. A chain
that is behind its anchor is never anchored anew: the last true anchor stays the last.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from refunds.domain.anchoring import left_behind
from refunds.domain.audit import ChainHead
from refunds.ports.anchors import Anchors
from refunds.ports.archive import Archive

HEADS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchoring:
    """What one call did: the chains it added an anchor for (0 where nothing changed), or why it must not."""

    chains: int = 0
    broken: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorAudit:
    """The use case with what it needs."""

    archive: Archive
    anchors: Anchors

    async def __call__(self) -> Anchoring:
        """Adds an anchor where a head moved. StoreUnavailable, AnchorsUnavailable, AnchorBroken."""
        last = await self.anchors.latest()
        anchored = () if last is None else last.heads
        heads = await all_heads(self.archive)
        if set(heads) == set(anchored):
            return Anchoring()
        if broken := await check_anchored(self.archive, anchored, heads):
            return Anchoring(broken=broken)
        await self.anchors.append(heads)
        return Anchoring(chains=len(heads))


async def all_heads(archive: Archive) -> Sequence[ChainHead]:
    """The heads of all chains, in pages, by chain."""
    heads: list[ChainHead] = []
    while page := await archive.heads(heads[-1].chain if heads else "", HEADS_MAX):
        heads += page
    return heads


async def check_anchored(archive: Archive, anchored: Sequence[ChainHead], heads: Sequence[ChainHead]) -> Sequence[str]:
    """A line for each chain that does not go on from its anchored head. `heads` were read after the anchor."""
    lines: list[str] = []
    present = {head.chain: head for head in heads}
    for start in range(0, len(anchored), HEADS_MAX):
        page = anchored[start : start + HEADS_MAX]
        stored = {link.chain: link for link in await archive.stored_at(page)}
        lines += left_behind(page, present, stored)
    return lines
