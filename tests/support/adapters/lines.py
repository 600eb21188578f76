"""Lines to the simulated servers that do what a test orders: lose an answer, send nothing, send late, wait."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeVar

from refunds.adapters.memory.line import LineLost, NotSent

Result = TypeVar("Result")


class Fate(Enum):
    """What becomes of one operation."""

    GOOD = auto()
    NOT_SENT = auto()
    """Nothing happens, and the caller knows it."""
    LOST_BEFORE = auto()
    """Nothing happens, and no answer comes."""
    LOST_AFTER = auto()
    """It happens, and no answer comes."""
    LATE = auto()
    """The caller hears nothing, and then it happens."""


@dataclass
class ToldLine:
    """`fates` are taken one after another by operations whose name begins with `of`; others are good.

    Each operation waits `wait_s` before it happens.
    """

    of: str = "mongo.payments.write"
    fates: list[Fate] = field(default_factory=list)
    wait_s: float = 0.0
    late_s: float = 0.01
    calls: list[str] = field(default_factory=list)

    async def call(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Result:
        """See `line.Line`."""
        del subject
        self.calls.append(operation)
        if self.wait_s:
            await asyncio.sleep(self.wait_s)
        fate = self.fates.pop(0) if self.fates and operation.startswith(self.of) else Fate.GOOD
        match fate:
            case Fate.GOOD:
                return effect()
            case Fate.NOT_SENT:
                raise NotSent
            case Fate.LOST_AFTER:
                effect()
            case Fate.LATE:
                asyncio.get_running_loop().call_later(self.late_s, effect)
            case Fate.LOST_BEFORE:
                pass
        raise LineLost
