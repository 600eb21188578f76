"""Stores anchors of the audit chains outside the database, and compares the chains with the last anchor.

The reporting-engine calls `AnchorAudit` periodically. The reporting-engine and the verification call `check_anchored`.
If a chain has fewer records than the last anchor covers, no anchor is added until a person begins a new epoch. An epoch
is a sequence of anchors.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from refunds.domain.audit.anchor_checks import diverged_chains
from refunds.domain.audit.hash_chain import ChainHead
from refunds.domain.finding import Finding
from refunds.ports.audit.anchors import AnchoredHeads, Anchors
from refunds.ports.audit.verification_reads import VerificationReads

HEADS_MAX = 5_000
"""Maximum number of heads or records per read. This number needs about half a megabyte."""

PAGES_MAX = 10
"""Maximum number of reads per call.

If this is not enough for all chains, several calls read them, and the last call anchors them.
"""

REASON_CHARS_MAX = 500


class ReasonMalformed(ValueError):
    """The reason for a new epoch is empty or longer than REASON_CHARS_MAX characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchoring:
    """The result of one call of `AnchorAudit`. `chains` is the number of changed chains that were anchored.

    If `broken` has findings, no anchor was added. `is_complete` is False if there are more chains than one call reads.
    The next call then continues.
    """

    chains: int = 0
    broken: Sequence[Finding] = ()
    is_complete: bool = True


@dataclass(slots=True, kw_only=True)
class AnchorAudit:
    """The use case that anchors the audit chains."""

    reads: VerificationReads
    anchors: Anchors
    heads_max: int = HEADS_MAX
    pages_max: int = PAGES_MAX
    _read: list[ChainHead] = field(default_factory=list)
    _before: AnchoredHeads | None = None

    async def __call__(self) -> Anchoring:
        """Adds an anchor if the last record of any chain has changed.

        Raises StoreUnavailable, AnchorsUnavailable or AnchorBroken.
        """
        last = await self.anchors.latest()
        if last != self._before:
            self._read, self._before = [], last
        if not await self._has_read_all():
            return Anchoring(is_complete=False)
        heads, self._read = self._read, []
        anchored = set() if last is None else set(last.heads)
        moved = set(heads) - anchored
        left = anchored - set(heads)
        if not moved and not left:
            return Anchoring()
        if broken := await check_anchored(self.reads, sorted(left, key=_chain), heads):
            return Anchoring(broken=broken)
        await self.anchors.append(heads)
        return Anchoring(chains=len(moved))

    async def _has_read_all(self) -> bool:
        """Continues to read heads where the previous call ended. Returns True if all heads have been read."""
        for _ in range(self.pages_max):
            page = await self.reads.heads(self._read[-1].chain if self._read else "", self.heads_max)
            self._read += page
            if len(page) < self.heads_max:
                return True
        return False


async def begin_epoch(reads: VerificationReads, anchors: Anchors, reason: str) -> None:
    """Begins a new epoch of anchors. The first anchor of the epoch covers the current heads.

    Call this only after a person has found out why the epoch is needed. Raises ReasonMalformed if the reason is empty
    or longer than REASON_CHARS_MAX. Raises StoreUnavailable or AnchorsUnavailable.
    """
    if not 0 < len(reason.strip()) <= REASON_CHARS_MAX:
        raise ReasonMalformed
    await anchors.begin_epoch(await all_heads(reads), reason.strip())


async def all_heads(reads: VerificationReads) -> Sequence[ChainHead]:
    """Returns the heads (last records) of all chains, ordered by chain."""
    heads: list[ChainHead] = []
    while page := await reads.heads(heads[-1].chain if heads else "", HEADS_MAX):
        heads += page
    return heads


async def check_anchored(
    reads: VerificationReads, anchored: Sequence[ChainHead], heads: Sequence[ChainHead]
) -> Sequence[Finding]:
    """Returns one finding for each chain that does not continue from its anchored head.

    The caller must read the anchor first and `heads` afterwards.
    """
    found: list[Finding] = []
    present = {head.chain: head for head in heads}
    for start in range(0, len(anchored), HEADS_MAX):
        page = anchored[start : start + HEADS_MAX]
        stored = {link.chain: link for link in await reads.stored_at(page)}
        found += diverged_chains(page, present, stored)
    return found


def _chain(head: ChainHead) -> str:
    return head.chain
