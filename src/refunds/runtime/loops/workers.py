"""Runs loops of background work. A loop takes hints, sweeps for due work, or repeats a function.

The services use these loops for any kind of work. Every loop ends when `stop` is set, and takes a limited number of
items at once. If one item fails, the loop logs the error and continues. A later sweep finds the failed item again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog

from refunds.kit.cancellation import cancel_until_ended
from refunds.kit.event_waits import is_set_within

log = structlog.get_logger()

Item = TypeVar("Item")

TAKERS_END_S = 2.0
"""Seconds for which a stop waits for takers and sweeps to end, because they may be waiting for an answer."""

CANCEL_WAIT_S = 1.0
"""The seconds that canceled tasks have to release their resources."""


@dataclass(slots=True, kw_only=True)
class WorkerPool(Generic[Item]):
    """Runs at most `concurrency_max` items at once.

    `submit` waits for a free slot. Use `runtime.loops.fair_pool.FairWorkerPool` instead if no single partition of the
    work may take all slots.
    """

    name: str
    work: Callable[[Item], Awaitable[object]]
    concurrency_max: int
    _running: set["asyncio.Task[None]"] = field(default_factory=set)
    _free: asyncio.Event = field(default_factory=asyncio.Event)
    done_count: int = 0
    error_count: int = 0

    @property
    def free_slots(self) -> int:
        """Returns how many more items may start now."""
        return self.concurrency_max - len(self._running)

    async def submit(self, item: Item) -> None:
        """Starts an item as soon as a slot is free."""
        await self.wait_for_slot()
        self._begin(item)

    def _begin(self, item: Item) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._one(item))
        self._running.add(task)
        task.add_done_callback(self._left)
        return task

    async def wait_for_slot(self) -> None:
        """Waits until a slot is free."""
        while self.free_slots <= 0:
            self._free.clear()
            await self._free.wait()

    def _left(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._free.set()

    async def _one(self, item: Item) -> None:
        try:
            await self.work(item)
            self.done_count += 1
        except Exception as error:  # noqa: BLE001 - the top of a worker
            self.error_count += 1
            log.warning("work.failed", pool=self.name, error=type(error).__name__, message=str(error)[:200])

    async def drain(self, timeout_s: float) -> None:
        """Waits at most `timeout_s` seconds for running items, then cancels the rest.

        A later sweep for due work finds the canceled items again.
        """
        try:
            if self._running:
                await asyncio.wait(self._running, timeout=timeout_s)
        finally:
            late = set(self._running)
            if late:
                log.warning("work.canceled", pool=self.name, count=len(late))
                await cancel_until_ended(late, CANCEL_WAIT_S)


async def take_until_stopped(
    takers: Sequence[Awaitable[None]],
    pools: Sequence[WorkerPool[Any]],
    stop: asyncio.Event,
    *,
    drain_s: float,
    takers_end_s: float = TAKERS_END_S,
) -> None:
    """Runs the takers, which give work to the pools, until `stop` is set. Then drains the pools.

    The takers have `takers_end_s` seconds to end. Running items then have `drain_s` seconds. Late tasks are canceled,
    and have `CANCEL_WAIT_S` seconds to end. The pools drain even if a taker fails or this function is canceled.
    """
    running = [asyncio.ensure_future(taker) for taker in takers]
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([stopping, *running], return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            await asyncio.wait(running, timeout=takers_end_s)
    finally:
        ending = cancel_until_ended((stopping, *running), CANCEL_WAIT_S)
        await asyncio.gather(ending, *(pool.drain(drain_s) for pool in pools))
    for task in running:
        if task.done() and not task.cancelled():
            task.result()


async def consume(
    take: Callable[[int], Awaitable[Sequence[Item]]],
    pool: WorkerPool[Item],
    stop: asyncio.Event,
    *,
    batch_max: int = 64,
    error_pause_s: float = 1.0,
) -> None:
    """Takes items and submits them to the pool until `stop` is set.

    Takes at most as many items as the pool has free slots. If there is no item, `take` must wait for one.
    """

    async def step() -> bool:
        await pool.wait_for_slot()
        for item in await take(min(batch_max, pool.free_slots)):
            await pool.submit(item)
        return True

    await repeat(f"{pool.name}.take", step, stop, pause_s=0.0, error_pause_s=error_pause_s)


async def repeat(
    name: str,
    step: Callable[[], Awaitable[bool]],
    stop: asyncio.Event,
    *,
    pause_s: float,
    error_pause_s: float = 1.0,
    wake: asyncio.Event | None = None,
) -> None:
    """Repeats `step` until `stop` is set.

    If `step` returns True, there is more to do, so the next call follows at once. Otherwise the next call follows after
    `pause_s` seconds, or after `error_pause_s` seconds if `step` failed. Setting `wake` ends the pause at once, but not
    the pause after a failure.
    """
    woken = stop if wake is None else wake
    passing = None if wake is None else asyncio.ensure_future(_pass_on(stop, wake))
    try:
        while not stop.is_set():
            pause, ends_pause = pause_s, woken
            if wake is not None:
                wake.clear()
            try:
                if await step():
                    pause = 0.0
            except Exception as error:  # noqa: BLE001 - the top of a worker
                log.warning("loop.failed", loop=name, error=type(error).__name__, message=str(error)[:200])
                pause, ends_pause = error_pause_s, stop
            if pause == 0.0:
                await asyncio.sleep(0)
            else:
                await is_set_within(ends_pause, pause)
    finally:
        if passing is not None:
            passing.cancel()


async def _pass_on(stop: asyncio.Event, wake: asyncio.Event) -> None:
    """Sets `wake` when `stop` is set, so that a pause ends at once."""
    await stop.wait()
    wake.set()
