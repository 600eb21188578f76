"""Waits for an event for a limited time, without creating a task.

Loops pause in this way very often, so each pause must be cheap.
"""

import asyncio


async def is_set_within(event: asyncio.Event, timeout_s: float) -> bool:
    """Returns True as soon as the event is set. Returns False if the event is not set within `timeout_s` seconds."""
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        return False
    return True
