"""Stores anchors in memory. `texts` maps an epoch and a number to the stored text.

All processes of a simulation share `texts`.
"""

from collections.abc import Callable
from typing import TypeVar

from refunds.adapters.memory.audit.mac_signer import MemorySigner
from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent
from refunds.ports.audit.anchors import AnchorBroken, AnchorsUnavailable
from refunds.ports.audit.mac_signer import MacSigner
from refunds.ports.clock import Clock
from refunds.usecases.audit.anchor_codec import name_of
from refunds.usecases.audit.anchor_log import WHOLE_EVERY, KeptAnchors, Last

T = TypeVar("T")
Texts = dict[tuple[int, int], bytes]


class MemoryAnchors(KeptAnchors):
    """See `ports.audit.anchors`."""

    def __init__(
        self,
        clock: Clock,
        signer: MacSigner | None = None,
        whole_every: int = WHOLE_EVERY,
        *,
        texts: Texts | None = None,
        line: Line = DIRECT,
    ) -> None:
        super().__init__(signer or MemorySigner(), clock, whole_every)
        self.texts: Texts = {} if texts is None else texts
        self._line = line

    async def _last(self) -> Last | None:
        return await self._call("anchors.last", self._find_last)

    def _find_last(self) -> Last | None:
        if not self.texts:
            return None
        epoch, number = max(self.texts)
        missing = [each for each in range(1, number) if (epoch, each) not in self.texts]
        gap = f"an anchor between 1 and {number} is gone" if missing else ""
        return Last(epoch=epoch, number=number, gap=gap)

    async def _text(self, epoch: int, number: int) -> bytes:
        text = await self._call("anchors.read", lambda: self.texts.get((epoch, number)))
        if text is None:
            raise AnchorBroken(f"{name_of(epoch, number)} is gone")
        return text

    async def _keep(self, epoch: int, number: int, text: bytes) -> None:
        def keep() -> None:
            if (epoch, number) in self.texts:
                raise AnchorsUnavailable
            self.texts[epoch, number] = text

        await self._call("anchors.keep", keep)

    async def _call(self, operation: str, effect: Callable[[], T]) -> T:
        try:
            return await self._line.call(operation, effect)
        except (NotSent, LineLost) as error:
            raise AnchorsUnavailable from error
