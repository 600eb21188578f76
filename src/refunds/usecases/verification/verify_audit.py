"""Checks all chains of the audit log and lists every break. The command line calls this module.

The hashes and heads reveal edited, removed and reordered records, and missing last records. Somebody may remove the
last records together with their head, or rewrite a chain from some record on. The last anchor reveals both, because it
is stored outside the database.

After a restore, a person may begin a new epoch, which is a new sequence of anchors. The report then has notes about the
reason and about the chains that lost records.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from refunds.domain.audit import anchor_findings as found
from refunds.domain.audit.chain_findings import ChainBroken, RecordsWithoutChain
from refunds.domain.audit.hash_chain import ChainHead, empty_chain, follow
from refunds.domain.finding import Finding
from refunds.ports.audit.anchors import AnchorBroken, Anchors
from refunds.ports.audit.verification_reads import VerificationReads
from refunds.usecases.audit.anchor_audit import all_heads, check_anchored
from refunds.usecases.audit.anchor_codec import name_of
from refunds.usecases.verification.verification_report import Checked, Findings, Invariant, Report

Progress: TypeAlias = Callable[[Checked, int], None]
"""A function that is called with the kind of the checked objects and the number checked so far."""

HEADS_MAX = 500
LINKS_MAX = 2_000


def no_progress(what: Checked, count: int) -> None:
    """Does nothing. This is the default of `progress`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyAudit:
    """The use case with its dependencies."""

    reads: VerificationReads
    anchors: Anchors

    async def __call__(self, progress: Progress = no_progress) -> Report:
        """Checks all chains and returns the report. Raises StoreUnavailable or AnchorsUnavailable."""
        findings = Findings()
        await self.check(findings, progress)
        return findings.report()

    async def check(self, findings: Findings, progress: Progress) -> None:
        """Checks all chains and adds the results to `findings`."""
        await self._check_anchored(findings)
        records = await self.reads.records_count()
        seen, after = 0, ""
        while heads := await self.reads.heads(after, HEADS_MAX):
            for head in heads:
                findings.looked(Invariant.CHAINS, head.seq, _broken_chain(head, await self._broken(head)))
                seen += head.seq
                progress(Checked.RECORDS, seen)
            after = heads[-1].chain
        if records > seen:
            findings.looked(Invariant.CHAINS, 0, [RecordsWithoutChain(count=records - seen)])

    async def _check_anchored(self, findings: Findings) -> None:
        try:
            last = await self.anchors.latest()
        except AnchorBroken as broken:
            findings.looked(Invariant.ANCHORED, 1, [found.AnchorUntrusted(reason=str(broken))])
            return
        anchored = () if last is None else last.heads
        diverged = await check_anchored(self.reads, anchored, await all_heads(self.reads))
        findings.looked(Invariant.ANCHORED, len(anchored), diverged)
        for epoch in range(1 if last is None else last.epoch, 1, -1):
            await self._note_epoch(findings, epoch)

    async def _note_epoch(self, findings: Findings, epoch: int) -> None:
        """Adds notes about why this epoch (a sequence of anchors) began, and about chains that lost records.

        Adds a violation if the epoch's first anchor does not match the previous epoch.
        """
        try:
            first = await self.anchors.at(epoch, 1)
        except AnchorBroken as broken:
            findings.looked(Invariant.ANCHORED, 0, [found.AnchorUntrusted(reason=str(broken))])
            return
        follows = first.follows
        if follows is None:
            findings.looked(Invariant.ANCHORED, 0, [found.EpochFollowsNothing(epoch=epoch)])
            return
        name = name_of(follows.epoch, follows.number)
        on = first.at.date().isoformat()
        findings.note(found.EpochBegan(epoch=epoch, on=on, anchor=name, reason=follows.reason))
        if follows.broken:
            findings.note(found.AnchorWasUntrusted(anchor=name, reason=follows.broken))
            return
        try:
            before = await self.anchors.at(follows.epoch, follows.number)
        except AnchorBroken as broken:
            findings.looked(Invariant.ANCHORED, 0, [found.AnchorUntrusted(reason=str(broken))])
            return
        if before.digest != follows.digest:
            findings.looked(Invariant.ANCHORED, 0, [found.EpochFollowsOther(epoch=epoch, anchor=name)])
        for lost in await check_anchored(self.reads, before.heads, first.heads):
            findings.note(found.LostBeforeEpoch(epoch=epoch, lost=lost))

    async def _broken(self, head: ChainHead) -> int | None:
        """Returns the `seq` at which the chain breaks, or None if the chain is intact."""
        reached = empty_chain(head.chain)
        while reached.seq < head.seq:
            links = await self.reads.links(head, reached.seq, LINKS_MAX)
            reached, broken = follow(reached, links)
            if broken is not None or not links:
                return broken or reached.seq + 1
        return None if reached == head else head.seq


def _broken_chain(head: ChainHead, broken: int | None) -> Iterator[Finding]:
    if broken is not None:
        yield ChainBroken(chain=head.chain, seq=broken, records=head.seq)
