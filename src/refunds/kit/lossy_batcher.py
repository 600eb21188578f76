"""Sends items in groups from a bounded buffer, in the background.

This is meant for items that may be lost. Items are dropped if the buffer is full or sending fails. `add` never blocks
and never fails. The owner passes the function `send`, and the errors with which `send` reports that the receiver cannot
be reached.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from refunds.kit.cancellation import cancel_until_ended

Item = TypeVar("Item")


@dataclass(slots=True, kw_only=True)
class LossyBatcher(Generic[Item]):
    """Collects items and sends at most `group_max` of them with each call of `send`.

    If `send` raises one of `away_errors`, sending pauses for `away_wait_s` seconds.
    """

    send: Callable[[Sequence[Item]], Awaitable[None]]
    away_errors: tuple[type[Exception], ...]
    buffer_max: int = 20_000
    group_max: int = 500
    away_wait_s: float = 0.5
    close_wait_s: float = 1.0
    _buffer: deque[Item] = field(default_factory=deque)
    _has_items: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None
    _is_closed: bool = False

    @property
    def waiting_count(self) -> int:
        """Returns the number of items that have not been sent yet."""
        return len(self._buffer)

    def add(self, item: Item) -> None:
        """Adds an item and drops the oldest item if the buffer is full.

        Starts the sending task if it does not run, for example because a defect of `send` ended it.
        """
        if len(self._buffer) >= self.buffer_max:
            self._buffer.popleft()
        self._buffer.append(item)
        self._has_items.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while not (self._is_closed and not self._buffer):
            if not self._buffer:
                self._has_items.clear()
                await self._has_items.wait()
                continue
            group = [self._buffer.popleft() for _ in range(min(self.group_max, len(self._buffer)))]
            try:
                await self.send(group)
            except self.away_errors:
                if self._is_closed:
                    return
                await asyncio.sleep(self.away_wait_s)

    async def close(self) -> None:
        """Lets the task send the waiting items for at most `close_wait_s` seconds, and then ends the task."""
        self._is_closed = True
        self._has_items.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=self.close_wait_s)
            await cancel_until_ended([self._task], self.close_wait_s)
