"""`kit.event_waits`: waiting for an event for a limited time."""

import asyncio

from refunds.kit.event_waits import is_set_within


async def test_an_event_that_is_set_ends_the_wait_at_once() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(is_set_within(event, 3_600.0))
    await asyncio.sleep(0)
    event.set()
    assert await waiting is True
    assert await is_set_within(event, 0.0) is True


async def test_an_event_that_is_not_set_in_time_is_reported() -> None:
    assert await is_set_within(asyncio.Event(), 0.001) is False


async def test_a_wait_that_is_canceled_passes_it_on() -> None:
    waiting = asyncio.create_task(is_set_within(asyncio.Event(), 3_600.0))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()


async def test_no_task_is_made_for_the_wait() -> None:
    waiting = asyncio.create_task(is_set_within(asyncio.Event(), 3_600.0))
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task(), waiting}
    waiting.cancel()
