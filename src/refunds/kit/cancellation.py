"""Cancels tasks until they end.

One `Task.cancel` is not enough while tasks use a database. The driver sends each command through `asyncio.wait_for`. In
Python 3.11, `wait_for` drops a cancellation that comes in the same turn of the loop as the result. This is CPython
issue 86296, fixed in 3.12. A task that loops and misses its cancellation runs forever.
"""

import asyncio
from collections.abc import Collection
from typing import Any

AGAIN_EVERY_S = 0.5
"""If a canceled task still runs after this many seconds, it is canceled again."""


async def cancel_until_ended(tasks: Collection[asyncio.Future[Any]], within_s: float) -> set[asyncio.Future[Any]]:
    """Cancels the tasks repeatedly for at most `within_s` seconds. Returns the tasks that have not ended by then."""
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
