"""One call for all who ask for it at the same time, with a pause between calls; what it loads is as new as each asker.

For reads that many may ask for at once, and that must not become load. Whoever asks while a call is under way waits
for the next one, since the present one may have read too early for them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class CoalescedCall:
    """At most one call under way and one waiting; they begin at least `pause_s` apart."""

    call: Callable[[], Awaitable[object]]
    pause_s: float
    _waiting: "asyncio.Task[None] | None" = None
    _under_way: "asyncio.Task[None] | None" = None
    _free_at: float = 0.0

    async def __call__(self) -> None:
        """Returns after a call that began later than this; its error is every asker's."""
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
