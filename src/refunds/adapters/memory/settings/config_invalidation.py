"""Word that settings have changed, in memory: the double of `ports.settings.config_invalidation`.

Every process has its own ear; a word reaches all that are there when it is told.
"""

import asyncio
from collections.abc import Callable

from refunds.adapters.memory.channel import Listeners, Sender
from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent


class MemoryChannel:
    """The channel that all processes share: who listens to it."""

    def __init__(self) -> None:
        self._ears: list[Callable[[], None]] = []

    def join(self, ear: Callable[[], None]) -> None:
        """From now on this one is told."""
        self._ears.append(ear)

    def leave(self, ear: Callable[[], None]) -> None:
        """It is no longer told."""
        if ear in self._ears:
            self._ears.remove(ear)

    def publish(self) -> None:
        """Tells all."""
        for ear in list(self._ears):
            ear()


class MemoryConfigInvalidations:
    """See the port. Waits `idle_s` for word. It listens from its first `wait` on."""

    def __init__(self, channel: MemoryChannel | None = None, line: Line = DIRECT, *, idle_s: float = 1.0) -> None:
        self._channel = channel or MemoryChannel()
        self._line = line
        self._idle_s = idle_s
        self._sender = Sender(line)
        self._listeners = Listeners()
        self._is_told = False
        self._channel.join(self._hear)

    def _hear(self) -> None:
        self._is_told = True
        self._listeners.wake()

    def publish(self) -> None:
        """See the port."""
        self._sender.send("announcement.publish", self._channel.publish)

    async def wait(self) -> bool:
        """See the port."""
        if not self._is_told:
            await self._listeners.wait(self._idle_s)
        if not self._is_told:
            return False
        try:
            return await self._line.call("announcement.hear", self._take)
        except (NotSent, LineLost):
            await asyncio.sleep(self._idle_s)
            return False

    def _take(self) -> bool:
        is_told, self._is_told = self._is_told, False
        return is_told

    async def close(self) -> None:
        """See the port."""
        self._channel.leave(self._hear)
        await self._sender.close()
