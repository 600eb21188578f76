"""Joins concurrent requests for the same call into one call, with a pause between calls.

For reads that many requests may need at once. A request during a call waits for the next call, since the present one
may have read before the request came.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class CoalescedCall:
    """At most one call runs and one waits; calls begin at least `pause_s` apart."""

    call: Callable[[], Awaitable[object]]
    pause_s: float
    _waiting: "asyncio.Task[None] | None" = None
    _under_way: "asyncio.Task[None] | None" = None
    _free_at: float = 0.0

    async def __call__(self) -> None:
        """Returns after a call that began after this request; if that call fails, every caller gets its error."""
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
