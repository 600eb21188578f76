"""What one message channel and its clients share: who waits for a message, and messages that are sent on the way.

A message is sent by a task of its own, as a real client's buffer is: whoever tells it does not wait, and a process that
dies takes what it has not sent with it.
"""

import asyncio
from collections.abc import Callable

from refunds.adapters.memory.line import DirectLine, Line, LineLost, NotSent


class Listeners:
    """Futures of those who wait for the next message, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], None] = {}

    def wake(self) -> None:
        """A message is there."""
        waiting, self._waiting = self._waiting, {}
        for listener in waiting:
            _settle(listener)

    async def wait(self, timeout_s: float) -> None:
        """Until a message comes, or that long."""
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
    """Sends messages over a line without letting anybody wait; what the line loses is lost."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._sending: dict[asyncio.Task[None], None] = {}

    def send(self, operation: str, effect: Callable[[], None], subject: str = "") -> None:
        """Soon, or at once where the line is direct."""
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
        """Waits until what is on its way has been sent or lost."""
        while self._sending:
            await asyncio.wait(list(self._sending))
