"""Collects work that may wait, such as removing outdated documents, and does the work later in batches.

A batch that fails is not repeated. So later code must be able to notice the work that was not done.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from pymongo.errors import PyMongoError

Item = TypeVar("Item")


class LateBatches(Generic[Item]):
    """Runs a batch when `items_max` items wait, or `wait_s` seconds after the first item was added."""

    def __init__(self, run: Callable[[Sequence[Item]], Awaitable[object]], *, items_max: int, wait_s: float) -> None:
        self._run = run
        self._items_max = items_max
        self._wait_s = wait_s
        self._waiting: list[Item] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, items: Sequence[Item]) -> None:
        """Adds items; does not wait for them."""
        self._waiting += items
        if len(self._waiting) >= self._items_max:
            self._start()
        elif self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._wait_s, self._start)

    async def drain(self) -> None:
        """Does everything that waits."""
        self._start()
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            items, self._waiting = self._waiting, []
            task = asyncio.create_task(self._batch(items))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _batch(self, items: Sequence[Item]) -> None:
        with contextlib.suppress(PyMongoError):
            await self._run(items)
