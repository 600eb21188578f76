"""Joins concurrent requests for the same call into one call, with a pause between calls.

This is meant for reads that many requests may need at once. A request that comes during a call waits for the next call,
because the current call may already have read the data.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class CoalescedCall:
    """Runs at most one call at a time while at most one other call waits.

    Calls begin at least `pause_s` seconds apart.
    """

    call: Callable[[], Awaitable[object]]
    pause_s: float
    _waiting: "asyncio.Task[None] | None" = None
    _under_way: "asyncio.Task[None] | None" = None
    _free_at: float = 0.0

    async def __call__(self) -> None:
        """Waits for the end of a call that began after this request.

        If that call fails, all requests that wait for it get its error.
        """
        if self._waiting is None:
            self._waiting = asyncio.create_task(self._next(self._under_way))
        await asyncio.shield(self._waiting)

    async def _next(self, before: "asyncio.Task[None] | None") -> None:
        if before is not None:
            await asyncio.wait([before])
        loop = asyncio.get_running_loop()
        if self._free_at > loop.time():
            await asyncio.sleep(self._free_at - loop.time())
        self._waiting, self._under_way = None, asyncio.current_task()
        self._free_at = loop.time() + self.pause_s
        await self.call()
