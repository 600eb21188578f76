"""The loops of background work: bounded, surviving every error, ending when told to and leaving nothing running."""

import asyncio
from collections.abc import Sequence

import pytest

from refunds.runtime.loops.workers import WorkerPool, consume, take_until_stopped

PATIENCE_S = 10.0


class Held:
    """Work that ends when the test lets it."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.running = 0
        self.running_most = 0
        self.canceled = 0

    async def __call__(self, _: int) -> None:
        self.running += 1
        self.running_most = max(self.running, self.running_most)
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.canceled += 1
            raise
        finally:
            self.running -= 1


async def turns(count: int = 20) -> None:
    """Lets everything that can run do so."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_worker_pool_runs_no_more_at_once_than_it_may() -> None:
    work = Held()
    pool: WorkerPool[int] = WorkerPool(name="test", work=work, concurrency_max=3)
    handing_in = asyncio.create_task(hand_in_all(pool, 10))

    await turns()
    waits_with = (work.running, pool.free_slots, handing_in.done())
    work.let_go.set()
    await handing_in
    await pool.drain(PATIENCE_S)

    assert waits_with == (3, 0, False)
    assert (work.running_most, pool.done_count, pool.free_slots) == (3, 10, 3)


async def hand_in_all(pool: WorkerPool[int], count: int) -> None:
    """So many pieces, one after another."""
    for number in range(count):
        await pool.submit(number)


async def test_one_piece_of_work_that_fails_stops_no_other() -> None:
    async def work(number: int) -> None:
        if number % 2:
            raise ZeroDivisionError

    pool: WorkerPool[int] = WorkerPool(name="test", work=work, concurrency_max=2)

    await hand_in_all(pool, 10)
    await pool.drain(PATIENCE_S)

    assert (pool.done_count, pool.error_count, pool.free_slots) == (5, 5, 2)


async def test_draining_lets_running_work_end() -> None:
    work = Held()
    pool: WorkerPool[int] = WorkerPool(name="test", work=work, concurrency_max=2)
    await hand_in_all(pool, 2)
    draining = asyncio.create_task(pool.drain(PATIENCE_S))

    await turns()
    work.let_go.set()
    await draining

    assert (pool.done_count, work.canceled) == (2, 0)


async def test_draining_cancels_what_is_late_and_waits_until_it_has_let_go() -> None:
    work = Held()
    pool: WorkerPool[int] = WorkerPool(name="test", work=work, concurrency_max=2)
    await hand_in_all(pool, 2)
    await turns()

    await pool.drain(0.001)

    assert (work.canceled, work.running, pool.free_slots) == (2, 0, 2)


async def test_draining_an_idle_worker_pool_ends_at_once() -> None:
    work = Held()
    pool: WorkerPool[int] = WorkerPool(name="test", work=work, concurrency_max=2)
    draining = asyncio.create_task(pool.drain(PATIENCE_S))

    await asyncio.sleep(0)

    assert draining.done()
    assert (work.running_most, pool.done_count, pool.free_slots) == (0, 0, 2)


async def test_no_more_is_taken_than_there_is_room_for() -> None:
    work, stop, asked = Held(), asyncio.Event(), []

    async def take(count_max: int) -> Sequence[int]:
        asked.append(count_max)
        return list(range(count_max))

    pool: WorkerPool[int] = WorkerPool(name="test", work=work, concurrency_max=5)
    consuming = asyncio.create_task(consume(take, pool, stop, batch_max=3))

    await turns()
    stop.set()
    work.let_go.set()
    await consuming
    await pool.drain(PATIENCE_S)

    assert asked[:2] == [3, 2]
    assert work.running_most == 5


async def test_consuming_goes_on_after_a_channel_that_failed() -> None:
    done, stop = [], asyncio.Event()
    words: list[Sequence[int] | Exception] = [ConnectionError(), [1], ZeroDivisionError(), [2]]

    async def take(_: int) -> Sequence[int]:
        if not words:
            stop.set()
            return ()
        word = words.pop(0)
        if isinstance(word, Exception):
            raise word
        return word

    async def work(number: int) -> None:
        done.append(number)

    pool: WorkerPool[int] = WorkerPool(name="test", work=work, concurrency_max=5)
    async with asyncio.timeout(PATIENCE_S):
        await consume(take, pool, stop, error_pause_s=0.001)
    await pool.drain(PATIENCE_S)

    assert done == [1, 2]


async def test_work_in_hand_ends_although_who_takes_it_up_fails() -> None:
    work, stop = Held(), asyncio.Event()
    pool: WorkerPool[int] = WorkerPool(name="test", work=work, concurrency_max=3)
    await pool.submit(1)

    async def fails() -> None:
        raise ZeroDivisionError

    running = asyncio.create_task(take_until_stopped([fails()], [pool], stop, drain_s=PATIENCE_S))
    await turns()
    is_waiting = not running.done()
    work.let_go.set()

    with pytest.raises(ZeroDivisionError):
        await running
    assert is_waiting
    assert (work.canceled, pool.done_count, stop.is_set()) == (0, 1, False)


async def test_draining_that_is_canceled_leaves_nothing_running() -> None:
    work = Held()
    pool: WorkerPool[int] = WorkerPool(name="test", work=work, concurrency_max=3)
    await pool.submit(1)
    await turns()

    draining = asyncio.create_task(pool.drain(PATIENCE_S))
    await turns()
    draining.cancel()
    await asyncio.wait([draining])

    assert (work.canceled, work.running) == (1, 0)
