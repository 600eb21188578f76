"""Anchors in memory, for tests. `texts` is what was kept, by epoch and number, as the other places keep it."""

from refunds.ports.anchors import AnchorBroken, AnchorsUnavailable
from refunds.ports.clock import Clock
from refunds.ports.seals import Seals
from refunds.usecases.anchor_texts import name_of
from refunds.usecases.kept_anchors import WHOLE_EVERY, KeptAnchors, Last


class PlainSeals:
    """No secret at all: a seal that anybody can make, for tests that need none. See `ports.seals`."""

    async def seal(self, message: bytes) -> bytes:
        """See the port."""
        return b"seal" + message[:4]

    async def is_sealed(self, message: bytes, seal: bytes) -> bool:
        """See the port."""
        return seal == b"seal" + message[:4]


class MemoryAnchors(KeptAnchors):
    """See `ports.anchors`."""

    def __init__(self, clock: Clock, seals: Seals | None = None, whole_every: int = WHOLE_EVERY) -> None:
        super().__init__(seals or PlainSeals(), clock, whole_every)
        self.texts: dict[tuple[int, int], bytes] = {}

    async def _last(self) -> Last | None:
        if not self.texts:
            return None
        epoch, number = max(self.texts)
        missing = [each for each in range(1, number) if (epoch, each) not in self.texts]
        gap = f"an anchor between 1 and {number} is gone" if missing else ""
        return Last(epoch=epoch, number=number, gap=gap)

    async def _text(self, epoch: int, number: int) -> bytes:
        if (epoch, number) not in self.texts:
            raise AnchorBroken(f"{name_of(epoch, number)} is gone")
        return self.texts[epoch, number]

    async def _keep(self, epoch: int, number: int, text: bytes) -> None:
        if (epoch, number) in self.texts:
            raise AnchorsUnavailable
        self.texts[epoch, number] = text
