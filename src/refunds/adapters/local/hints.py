"""Sends hints within the only process of an instance.

The queues are bounded. A new hint is dropped if its queue is full.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from refunds.kit.event_waits import is_set_within
from refunds.ports.gateway.hints import Hint, HintKind


@dataclass(slots=True)
class LocalHints:
    """See `ports.gateway.hints`."""

    waiting_max: int = 20_000
    idle_s: float = 1.0
    _waiting: dict[HintKind, deque[Hint]] = field(default_factory=lambda: {kind: deque() for kind in HintKind})
    _ready: dict[HintKind, asyncio.Event] = field(default_factory=lambda: {kind: asyncio.Event() for kind in HintKind})

    def publish(self, hint: Hint) -> None:
        """See the port."""
        waiting = self._waiting[hint.kind]
        if len(waiting) < self.waiting_max:
            waiting.append(hint)
            self._ready[hint.kind].set()

    async def take(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """See the port."""
        waiting, arrived = self._waiting[kind], self._ready[kind]
        if not waiting:
            arrived.clear()
            if not await is_set_within(arrived, self.idle_s):
                return ()
        return [waiting.popleft() for _ in range(min(hints_max, len(waiting)))]

    async def close(self) -> None:
        """Does nothing, because there is no connection to close."""
