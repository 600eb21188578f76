"""A queue of items that become due on the sandbox's clock. The earliest item comes first.

The queue is used for settlements, delayed responses and repeated deliveries of webhooks. It wakes one worker task,
never a thread.
"""

import asyncio
import heapq
from typing import Generic, TypeVar

from refunds_embedded.sandbox.clock import SandboxClock

T = TypeVar("T")


class DueQueue(Generic[T]):
    """A heap of items with their due times. It is for one event loop and one worker that takes the items."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._heap: list[tuple[int, int, T]] = []
        self._order = 0
        self._wake = asyncio.Event()

    def __len__(self) -> int:
        return len(self._heap)

    def put(self, due_ms: int, thing: T) -> None:
        """Adds an item that is due at `due_ms`."""
        self._order += 1
        heapq.heappush(self._heap, (due_ms, self._order, thing))
        if self._heap[0][1] == self._order:
            self._wake.set()

    def pop_due(self, count_max: int) -> list[T]:
        """Removes and returns the items that are due now. Takes at most `count_max` items."""
        now_ms = self._clock.now_ms()
        due: list[T] = []
        while self._heap and self._heap[0][0] <= now_ms and len(due) < count_max:
            due.append(heapq.heappop(self._heap)[2])
        return due

    def nudge(self) -> None:
        """Makes the worker check again which items are due. Must be called after the clock was set forward."""
        self._wake.set()

    async def take(self, count_max: int) -> list[T]:
        """Waits until an item is due. Removes and returns the due items, at most `count_max`."""
        while not (due := self.pop_due(count_max)):
            await self._wait()
        return due

    async def _wait(self) -> None:
        self._wake.clear()
        timer = None
        if self._heap:
            wait_s = max(self._heap[0][0] - self._clock.now_ms(), 1) / 1_000
            timer = asyncio.get_running_loop().call_later(wait_s, self._wake.set)
        try:
            await self._wake.wait()
        finally:
            if timer is not None:
                timer.cancel()
