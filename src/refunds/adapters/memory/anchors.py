"""Anchors in memory, for tests: whatever was appended last."""

from collections.abc import Sequence

from refunds.domain.audit import ChainHead
from refunds.ports.anchors import AnchoredHeads
from refunds.ports.clock import Clock


class MemoryAnchors:
    """See `ports.anchors`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._anchors: list[AnchoredHeads] = []

    async def append(self, heads: Sequence[ChainHead]) -> None:
        """See the port."""
        number = len(self._anchors) + 1
        self._anchors.append(AnchoredHeads(number=number, at=self._clock.now(), heads=by_chain(heads)))

    async def latest(self) -> AnchoredHeads | None:
        """See the port."""
        return self._anchors[-1] if self._anchors else None


def by_chain(heads: Sequence[ChainHead]) -> tuple[ChainHead, ...]:
    """The heads in the order of their chains."""
    return tuple(sorted(heads, key=lambda head: head.chain))
