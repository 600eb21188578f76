"""Waits for an event for a limited time, without creating a task: loops pause in this way very often."""

import asyncio


async def is_set_within(event: asyncio.Event, timeout_s: float) -> bool:
    """Returns True as soon as the event is set, False if it is not set within `timeout_s` seconds."""
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        return False
    return True
