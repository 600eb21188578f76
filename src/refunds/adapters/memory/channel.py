"""Lets memory adapters wait for messages and send them. Several adapters share this code.

A task sends each message, so the publisher does not wait. A process that dies loses the messages that it has not sent,
as a real client loses its buffer.
"""

import asyncio
from collections.abc import Callable

from refunds.adapters.memory.line import DirectLine, Line, LineLost, NotSent


class Listeners:
    """Keeps a future for each client that waits for the next message."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], None] = {}

    def wake(self) -> None:
        """Wakes all waiting clients, because a message arrived."""
        waiting, self._waiting = self._waiting, {}
        for listener in waiting:
            _settle(listener)

    async def wait(self, timeout_s: float) -> None:
        """Waits for a message for at most `timeout_s` seconds."""
        loop = asyncio.get_running_loop()
        listener: asyncio.Future[None] = loop.create_future()
        self._waiting[listener] = None
        timer = loop.call_later(timeout_s, _settle, listener)
        try:
            await listener
        finally:
            timer.cancel()
            self._waiting.pop(listener, None)


def _settle(listener: "asyncio.Future[None]") -> None:
    if not listener.done():
        listener.set_result(None)


class Sender:
    """Sends messages over a connection without waiting. A message that the connection loses is not sent again."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._sending: dict[asyncio.Task[None], None] = {}

    def send(self, operation: str, effect: Callable[[], None], subject: str = "") -> None:
        """Sends the message in a task. If the connection is direct, sends the message at once."""
        if isinstance(self._line, DirectLine):
            effect()
            return
        task = asyncio.get_running_loop().create_task(self._send(operation, effect, subject))
        self._sending[task] = None
        task.add_done_callback(lambda done: self._sending.pop(done, None))

    async def _send(self, operation: str, effect: Callable[[], None], subject: str) -> None:
        try:
            await self._line.call(operation, effect, subject)
        except (NotSent, LineLost):
            return

    async def close(self) -> None:
        """Waits until every message was sent or lost."""
        while self._sending:
            await asyncio.wait(list(self._sending))
