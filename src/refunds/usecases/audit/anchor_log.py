"""Writes anchors of the audit log, restores heads from the anchors, and verifies the anchors.

A head is the last record of an audit chain. Most anchors contain only the heads that changed. So the heads of all
chains are restored from several anchors. These are the last anchor with all heads and the anchors after it. If one of
the later anchors is removed, changed, exchanged or moved, its digest or root no longer fits. The adapters of
`ports.audit.anchors` inherit from `KeptAnchors` and store the texts.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from refunds.domain.audit.anchor_checks import heads_root
from refunds.domain.audit.hash_chain import ChainHead
from refunds.ports.audit.anchors import AnchorBroken, AnchoredHeads, Followed
from refunds.ports.audit.mac_signer import MacSigner
from refunds.ports.clock import Clock
from refunds.usecases.audit.anchor_codec import (
    FORMAT,
    AnchorBody,
    body_of,
    digest_of,
    encode_heads,
    name_of,
    overlaid,
    signed_body,
    signed_text,
)

WHOLE_EVERY = 500
"""Maximum distance, in anchors, between two anchors that contain all heads."""

MOVED_PER_CHAIN = 4
"""An anchor contains all heads if heads changed this often per chain since the last such anchor, on average.

This adds a quarter to the written data. A read loads at most five times as many heads as there are chains.
"""

EARLIER_MAX = 10_000
"""Maximum number of earlier anchors that are read to find one with all heads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The epoch and number of the last anchor. An epoch is a sequence of anchors.

    `gap` names a missing anchor before the last one. `gap` is empty if no anchor is missing.
    """

    epoch: int
    number: int
    gap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Restored:
    """A restored anchor, with counts since the last anchor that contains all heads.

    `anchors_since` is the number of later anchors. `moved_since` is the number of heads in these anchors.
    """

    anchored: AnchoredHeads
    anchors_since: int
    moved_since: int

    def is_at(self, last: Last) -> bool:
        return (self.anchored.epoch, self.anchored.number) == (last.epoch, last.number)


class KeptAnchors(ABC):
    """See `ports.audit.anchors`. Subclasses store the texts of the anchors."""

    def __init__(self, signer: MacSigner, clock: Clock, whole_every: int = WHOLE_EVERY) -> None:
        self._signer = signer
        self._clock = clock
        self._whole_every = whole_every
        self._restored: _Restored | None = None

    @abstractmethod
    async def _last(self) -> Last | None:
        """Returns the last anchor of the last epoch. Raises AnchorsUnavailable."""

    @abstractmethod
    async def _text(self, epoch: int, number: int) -> bytes:
        """Returns the text of an anchor as it was first stored.

        Raises AnchorsUnavailable, or AnchorBroken if the anchor is missing.
        """

    @abstractmethod
    async def _keep(self, epoch: int, number: int, text: bytes) -> None:
        """Stores the text of an anchor durably. Raises AnchorsUnavailable, for example if the number is used."""

    async def append(self, heads: Sequence[ChainHead]) -> None:
        """See the port."""
        last = await self.latest()
        restored = self._restored
        if last is None or restored is None:
            await self._add(
                AnchorBody(format=FORMAT, number=1, at=self._clock.now(), heads=encode_heads(heads), is_whole=True)
            )
            return
        before, present = set(last.heads), set(heads)
        moved = present - before
        is_gone = bool({head.chain for head in before} - {head.chain for head in present})
        is_due = restored.anchors_since + 1 >= self._whole_every or (
            restored.moved_since + len(moved) >= MOVED_PER_CHAIN * len(heads)
        )
        is_whole = is_gone or is_due
        await self._add(
            AnchorBody(
                format=FORMAT,
                epoch=last.epoch,
                number=last.number + 1,
                at=self._clock.now(),
                heads=encode_heads(heads if is_whole else moved),
                root=heads_root(heads),
                is_whole=is_whole,
                previous=last.digest,
            ),
            heads,
        )

    async def begin_epoch(self, heads: Sequence[ChainHead], reason: str) -> None:
        """See the port."""
        last = await self._last()
        if last is None:
            await self.append(heads)
            return
        digest, broken = "", ""
        try:
            before = await self.latest()
            digest = "" if before is None else before.digest
        except AnchorBroken as error:
            broken = str(error)
        followed = Followed(epoch=last.epoch, number=last.number, digest=digest, reason=reason, broken=broken)
        await self._add(
            AnchorBody(
                format=FORMAT,
                epoch=last.epoch + 1,
                number=1,
                at=self._clock.now(),
                heads=encode_heads(heads),
                is_whole=True,
                follows=followed,
            )
        )

    async def latest(self) -> AnchoredHeads | None:
        """See the port."""
        last = await self._last()
        if last is None:
            self._restored = None
            return None
        if last.gap:
            raise AnchorBroken(last.gap)
        text = await self._text(last.epoch, last.number)
        restored = self._restored
        if restored is None or not restored.is_at(last) or restored.anchored.digest != digest_of(text):
            restored = self._restored = await self._restore(last.epoch, last.number, text)
        return restored.anchored

    async def at(self, epoch: int, number: int) -> AnchoredHeads:
        """See the port."""
        return (await self._restore(epoch, number, await self._text(epoch, number))).anchored

    async def _add(self, body: AnchorBody, heads: Sequence[ChainHead] = ()) -> None:
        if body.is_whole and not body.root:
            heads = overlaid([body])
            body = structs.replace(body, root=heads_root(heads))
        text = await signed_text(self._signer, body)
        await self._keep(body.epoch, body.number, text)
        before = self._restored
        self._restored = _Restored(
            anchored=_anchored(body, tuple(sorted(heads, key=lambda head: head.chain)), body.root, text),
            anchors_since=0 if body.is_whole or before is None else before.anchors_since + 1,
            moved_since=0 if body.is_whole or before is None else before.moved_since + len(body.heads),
        )

    async def _restore(self, epoch: int, number: int, text: bytes) -> _Restored:
        bodies = [await signed_body(self._signer, epoch, number, text)]
        while not bodies[-1].has_all:
            following = bodies[-1]
            earlier = await self._text(epoch, following.number - 1)
            if len(bodies) > EARLIER_MAX or digest_of(earlier) != following.previous:
                name = name_of(epoch, following.number)
                raise AnchorBroken(
                    f"anchor {following.number - 1} is not the anchor that {name} names as the anchor before it"
                )
            bodies.append(body_of(epoch, following.number - 1, earlier))
        heads = overlaid(bodies[::-1])
        root = heads_root(heads)
        if bodies[0].format == FORMAT and bodies[0].root != root:
            raise AnchorBroken(f"the heads of {name_of(epoch, number)} do not lead to its root")
        return _Restored(
            anchored=_anchored(bodies[0], heads, root, text),
            anchors_since=len(bodies) - 1,
            moved_since=sum(len(body.heads) for body in bodies[:-1]),
        )


def _anchored(body: AnchorBody, heads: tuple[ChainHead, ...], root: str, text: bytes) -> AnchoredHeads:
    return AnchoredHeads(
        epoch=body.epoch,
        number=body.number,
        at=body.at,
        heads=heads,
        root=root,
        digest=digest_of(text),
        follows=body.follows,
    )
