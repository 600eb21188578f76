"""Waits until the relay has completed a rebuild of the read models.

The command that requests a rebuild calls this module. The module reads the relay's position and counts the payments
that the scan has passed. It changes nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from refunds.ports.projections.read_models import Position, ReadModels

IDLE_POLLS_MAX = 60
"""Number of polls without progress after which a rebuild counts as stopped. At one poll per 0.5 s, this is 30 s."""


AFTER_ALL = "\uffff"
"""A text that sorts after every id."""


class RebuildStep(StrEnum):
    """What the relay is doing during a rebuild."""

    EMPTYING = "emptying the spare place"
    SCANNING = "walking the payments"


class RebuildStandsStill(Exception):
    """The relay's position does not move, because no relay runs or the relay cannot continue.

    The rebuild is still requested, so a relay that runs later will do it.
    """


@dataclass(slots=True, kw_only=True)
class WatchRebuild:
    """The use case with its dependencies.

    `count_between` counts the payments between two ids. `pause` waits between two polls. `report` gets the step and the
    number of payments scanned since the previous call.
    """

    models: ReadModels
    count_between: Callable[[str, str], Awaitable[int]]
    pause: Callable[[], Awaitable[None]]
    report: Callable[[RebuildStep, int], None]
    idle_polls_max: int = IDLE_POLLS_MAX
    _scanned_to: str = ""

    async def until_current(self, generation: int) -> None:
        """Waits until that generation is current. Raises RebuildStandsStill or StoreUnavailable."""
        seq, idle_polls = -1, 0
        while (position := await self.models.position()).generation < generation:
            idle_polls = idle_polls + 1 if position.seq == seq else 0
            if idle_polls >= self.idle_polls_max:
                raise RebuildStandsStill
            seq = position.seq
            await self._report(position)
            await self.pause()
        self.report(RebuildStep.SCANNING, await self.count_between(self._scanned_to, AFTER_ALL))

    async def _report(self, position: Position) -> None:
        if not position.is_filling:
            self.report(RebuildStep.EMPTYING, 0)
            return
        if position.scanned_to <= self._scanned_to:
            self.report(RebuildStep.SCANNING, 0)
            return
        more = await self.count_between(self._scanned_to, position.scanned_to)
        self._scanned_to = position.scanned_to
        self.report(RebuildStep.SCANNING, more)
