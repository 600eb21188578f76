"""Cancels tasks until they end.

One `Task.cancel` is not enough while tasks use a database: `asyncio.wait_for` of Python 3.11 returns the result and
drops the cancellation if both come in the same turn of the loop (CPython issue 86296, mended in 3.12), and the driver
sends each command through it. A loop whose cancellation was dropped goes on for ever.
"""

import asyncio
from collections.abc import Collection
from typing import Any

AGAIN_EVERY_S = 0.5
"""Seconds after which a task that was canceled and still runs is canceled again."""


async def cancel_until_ended(tasks: Collection[asyncio.Future[Any]], within_s: float) -> set[asyncio.Future[Any]]:
    """Cancels the tasks repeatedly for at most `within_s` seconds; returns those that have not ended by then."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_s
    late = {task for task in tasks if not task.done()}
    while late:
        for task in late:
            task.cancel()
        left_s = deadline - loop.time()
        if left_s <= 0:
            break
        _, late = await asyncio.wait(late, timeout=min(AGAIN_EVERY_S, left_s))
    return late
