"""Sends hints in memory. The queues are bounded, and a new hint is dropped if its queue is full."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from refunds.adapters.memory.channel import Listeners, Sender
from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent
from refunds.ports.gateway.hints import Hint, HintKind


@dataclass(slots=True)
class MemoryBroker:
    """The queues of hints. All simulated processes share them."""

    waiting_max: int = 20_000
    waiting: dict[HintKind, deque[Hint]] = field(default_factory=lambda: {kind: deque() for kind in HintKind})
    listeners: dict[HintKind, Listeners] = field(default_factory=lambda: {kind: Listeners() for kind in HintKind})

    def put(self, hint: Hint) -> None:
        """Adds the hint to its queue. Drops the hint if the queue is full."""
        waiting = self.waiting[hint.kind]
        if len(waiting) < self.waiting_max:
            waiting.append(hint)
            self.listeners[hint.kind].wake()

    def pop(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """Removes and returns at most `hints_max` hints, the oldest first."""
        waiting = self.waiting[kind]
        return [waiting.popleft() for _ in range(min(hints_max, len(waiting)))]


class MemoryHints:
    """See `ports.gateway.hints`. `take` waits at most `idle_s` seconds for a hint.

    If no broker is passed, a new one is made. Its queues have room for `waiting_max` hints.
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
        """Returns the hints that were published but not taken yet."""
        return [hint for waiting in self._broker.waiting.values() for hint in waiting]

    def publish(self, hint: Hint) -> None:
        """See the port."""
        self._sender.send("hint.publish", lambda: self._broker.put(hint), hint.refund_id)

    async def take(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """See `ports.gateway.hints`. Returns no hints if the connection fails.

        If the answer is lost, its hints are lost as well, because they were already removed from the queue.
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
