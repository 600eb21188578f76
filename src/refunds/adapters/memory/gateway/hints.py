"""Hints in memory: bounded queues that drop hints when full. `MemoryBroker` is the server, `MemoryHints` its client."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from refunds.adapters.memory.channel import Listeners, Sender
from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent
from refunds.ports.gateway.hints import Hint, HintKind


@dataclass(slots=True)
class MemoryBroker:
    """The queues that all processes share."""

    waiting_max: int = 20_000
    waiting: dict[HintKind, deque[Hint]] = field(default_factory=lambda: {kind: deque() for kind in HintKind})
    listeners: dict[HintKind, Listeners] = field(default_factory=lambda: {kind: Listeners() for kind in HintKind})

    def put(self, hint: Hint) -> None:
        """Queues a hint if the queue is not full."""
        waiting = self.waiting[hint.kind]
        if len(waiting) < self.waiting_max:
            waiting.append(hint)
            self.listeners[hint.kind].wake()

    def pop(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """Removes and returns hints, the oldest first."""
        waiting = self.waiting[kind]
        return [waiting.popleft() for _ in range(min(hints_max, len(waiting)))]


class MemoryHints:
    """See `ports.gateway.hints`.

    It waits `idle_s` for a hint. Without a broker, it makes one with room for `waiting_max` hints.
    """

    def __init__(
        self,
        broker: MemoryBroker | None = None,
        line: Line = DIRECT,
        *,
        idle_s: float = 1.0,
        waiting_max: int = 20_000,
    ) -> None:
        self._broker = broker or MemoryBroker(waiting_max)
        self._line = line
        self._idle_s = idle_s
        self._sender = Sender(line)

    @property
    def waiting(self) -> Sequence[Hint]:
        """Returns the hints that were published and not yet taken."""
        return [hint for waiting in self._broker.waiting.values() for hint in waiting]

    def publish(self, hint: Hint) -> None:
        """See the port."""
        self._sender.send("hint.publish", lambda: self._broker.put(hint), hint.refund_id)

    async def take(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """See `ports.gateway.hints`.

        If the connection loses hints on the way back, they are lost, and this returns as if there were none.
        """
        if not self._broker.waiting[kind]:
            await self._broker.listeners[kind].wait(self._idle_s)
        if not self._broker.waiting[kind]:
            return ()
        try:
            return await self._line.call("hint.take", lambda: self._broker.pop(kind, hints_max))
        except (NotSent, LineLost):
            await asyncio.sleep(self._idle_s)
            return ()

    async def close(self) -> None:
        """See the port."""
        await self._sender.close()
