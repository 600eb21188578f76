"""Waits for an event for a limited time, without a task of its own: loops pause in this way all day."""

import asyncio


async def is_set_within(event: asyncio.Event, timeout_s: float) -> bool:
    """True as soon as the event is set, False if it is not within `timeout_s` seconds."""
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        return False
    return True
