"""Proves to an auditor that an anchor's root includes the head of one chain.

The head is the last record of the chain. The command line calls this use case. An auditor can check the proof without
the database, the key or other tenants' data.
"""

from dataclasses import dataclass
from datetime import datetime

from refunds.domain.audit.anchor_checks import head_proof, is_anchored
from refunds.domain.audit.hash_chain import ChainHead
from refunds.domain.audit.merkle_tree import Sibling
from refunds.domain.errors import NotFound
from refunds.ports.audit.anchors import AnchorBroken, AnchoredHeads, Anchors
from refunds.ports.audit.verification_reads import VerificationReads


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadProof:
    """An inclusion proof, which shows that an anchor's root includes a chain's head.

    `path` leads from `head` to `root`. `anchor_digest` is the SHA-256 digest of the anchor's stored text. All digests
    are hexadecimal.
    """

    epoch: int
    number: int
    at: datetime
    root: str
    anchor_digest: str
    head: ChainHead
    path: tuple[Sibling, ...]

    @property
    def holds(self) -> bool:
        """Returns True if the path leads from the head to the root.

        Raises ValueError if the root is not hexadecimal.
        """
        return is_anchored(self.head, self.path, self.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveHead:
    """The use case with its dependencies."""

    reads: VerificationReads
    anchors: Anchors

    async def __call__(self, chain: str, place: tuple[int, int] | None = None) -> HeadProof:
        """Returns the proof that an anchor includes the head of this chain.

        `place` is the epoch and number of the anchor. An epoch is a sequence of anchors. If `place` is None, the last
        anchor is used. Raises NotFound if the anchor does not exist or does not contain the chain. Raises AnchorBroken
        or AnchorsUnavailable.
        """
        anchor = await self._anchor(place)
        head = next((head for head in anchor.heads if head.chain == chain), None)
        if head is None:
            raise NotFound(kind="anchored chain", id=chain)
        return HeadProof(
            epoch=anchor.epoch,
            number=anchor.number,
            at=anchor.at,
            root=anchor.root,
            anchor_digest=anchor.digest,
            head=head,
            path=head_proof(anchor.heads, chain),
        )

    async def is_stored(self, head: ChainHead) -> bool:
        """Returns True if the database still has the proven record with the same hash. Raises StoreUnavailable."""
        return head in await self.reads.stored_at([head])

    async def _anchor(self, place: tuple[int, int] | None) -> AnchoredHeads:
        if place is not None:
            return await self._anchor_at(*place)
        latest = await self.anchors.latest()
        if latest is None:
            raise NotFound(kind="anchor")
        return latest

    async def _anchor_at(self, epoch: int, number: int) -> AnchoredHeads:
        try:
            return await self.anchors.at(epoch, number)
        except AnchorBroken:
            last = await self._last_of(epoch)
            if number <= last:
                raise
            beyond = f"the last of epoch {epoch} is {last}" if last else f"epoch {epoch} has not begun"
            raise NotFound(kind="anchor", id=f"{number} of epoch {epoch}: {beyond}") from None

    async def _last_of(self, epoch: int) -> int:
        """Returns the number of the epoch's last anchor, or 0 if the epoch has no anchor.

        Raises AnchorBroken or AnchorsUnavailable.
        """
        latest = await self.anchors.latest()
        if latest is None or epoch > latest.epoch:
            return 0
        if epoch == latest.epoch:
            return latest.number
        follows = (await self.anchors.at(epoch + 1, 1)).follows
        return follows.number if follows is not None and follows.epoch == epoch else 0
