"""A step that a loop does again and again: at once while there is more to do, else after a pause."""

import asyncio

from refunds.runtime.loops.workers import repeat

PATIENCE_S = 10.0


async def turns(count: int = 20) -> None:
    """Lets everything that can run do so."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_step_with_more_to_do_is_done_again_at_once_and_lets_others_run() -> None:
    stop, steps = asyncio.Event(), 0

    async def step() -> bool:
        nonlocal steps
        steps += 1
        return True

    repeating = asyncio.create_task(repeat("test", step, stop, pause_s=3_600))
    await turns()
    stop.set()
    async with asyncio.timeout(PATIENCE_S):
        await repeating

    assert steps > 5


async def test_step_with_nothing_to_do_pauses_and_a_stop_ends_the_pause() -> None:
    stop, steps = asyncio.Event(), 0

    async def step() -> bool:
        nonlocal steps
        steps += 1
        return False

    repeating = asyncio.create_task(repeat("test", step, stop, pause_s=3_600))
    await turns()
    stop.set()
    async with asyncio.timeout(PATIENCE_S):
        await repeating

    assert steps == 1


async def test_failing_step_is_tried_again_after_its_own_pause() -> None:
    stop, steps = asyncio.Event(), 0

    async def step() -> bool:
        nonlocal steps
        steps += 1
        if steps == 3:
            stop.set()
        raise ZeroDivisionError

    async with asyncio.timeout(PATIENCE_S):
        await repeat("test", step, stop, pause_s=3_600, error_pause_s=0.001)

    assert steps == 3


async def test_stopped_before_it_began_nothing_is_done() -> None:
    stop = asyncio.Event()
    stop.set()

    async def step() -> bool:
        raise AssertionError("stopped")

    await repeat("test", step, stop, pause_s=0.0)


async def test_step_is_done_at_once_when_it_is_woken() -> None:
    stop, wake, steps = asyncio.Event(), asyncio.Event(), 0

    async def step() -> bool:
        nonlocal steps
        steps += 1
        return False

    repeating = asyncio.create_task(repeat("test", step, stop, pause_s=3_600, wake=wake))
    await turns()
    wake.set()
    await turns()
    stop.set()
    async with asyncio.timeout(PATIENCE_S):
        await repeating

    assert steps == 2
