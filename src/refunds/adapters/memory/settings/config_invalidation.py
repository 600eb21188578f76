"""Announces in memory that the configuration has changed.

The module implements `ports.settings.config_invalidation`.

Every process has its own listener. Each announcement reaches all listeners.
"""

import asyncio
from collections.abc import Callable

from refunds.adapters.memory.channel import Listeners, Sender
from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent


class MemoryChannel:
    """The channel that all simulated processes share. It knows all listeners."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def join(self, listener: Callable[[], None]) -> None:
        """Adds a listener."""
        self._listeners.append(listener)

    def leave(self, listener: Callable[[], None]) -> None:
        """Removes a listener."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def publish(self) -> None:
        """Notifies all listeners."""
        for listener in list(self._listeners):
            listener()


class MemoryConfigInvalidations:
    """See `ports.settings.config_invalidation`. The object listens as soon as it is created.

    `wait` waits at most `idle_s` seconds.
    """

    def __init__(self, channel: MemoryChannel | None = None, line: Line = DIRECT, *, idle_s: float = 1.0) -> None:
        self._channel = channel or MemoryChannel()
        self._line = line
        self._idle_s = idle_s
        self._sender = Sender(line)
        self._listeners = Listeners()
        self._is_notified = False
        self._channel.join(self._notify)

    def _notify(self) -> None:
        self._is_notified = True
        self._listeners.wake()

    def publish(self) -> None:
        """See the port."""
        self._sender.send("announcement.publish", self._channel.publish)

    async def wait(self) -> bool:
        """See the port."""
        if not self._is_notified:
            await self._listeners.wait(self._idle_s)
        if not self._is_notified:
            return False
        try:
            return await self._line.call("announcement.wait", self._take)
        except (NotSent, LineLost):
            await asyncio.sleep(self._idle_s)
            return False

    def _take(self) -> bool:
        is_notified, self._is_notified = self._is_notified, False
        return is_notified

    async def close(self) -> None:
        """See the port."""
        self._channel.leave(self._notify)
        await self._sender.close()
