"""The loops of background work: consume hints, sweep what is due, do something again and again.

Called by the services; knows nothing of what is worked on. Every loop ends when `stop` is set, is bounded in what it
takes at once, and survives any error of one piece of work: the error is logged, the work is found again by the sweep.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog

log = structlog.get_logger()

Item = TypeVar("Item")

SHARE_OF_FREE = 3
"""A party holds at most so many times the places that are left free: alone three quarters, never the last ones."""

TAKERS_END_S = 2.0
"""At a stop, who takes up work has this long to end: a take or a sweep may be waiting for an answer."""

CANCEL_WAIT_S = 1.0
"""What was canceled has this long to let go of what it holds."""


def one_party(_: object) -> str:
    """Nobody's work is told from another's."""
    return ""


@dataclass(slots=True, kw_only=True)
class Crew(Generic[Item]):
    """At most `concurrency_max` pieces of work at once; the one who hands in waits for a free place.

    Where work is of several parties (`party_of`), none takes all places: what is over its share is set aside until one
    of its own ends, at most `aside_max` pieces of all; what does not fit there is left for the sweep to find again.
    """

    name: str
    work: Callable[[Item], Awaitable[object]]
    concurrency_max: int
    party_of: Callable[[Item], str] = one_party
    aside_max: int = 0
    _running: set["asyncio.Task[None]"] = field(default_factory=set)
    _free: asyncio.Event = field(default_factory=asyncio.Event)
    _held: dict[str, int] = field(default_factory=dict)
    _aside: deque[Item] = field(default_factory=deque)
    done_count: int = 0
    error_count: int = 0
    left_count: int = 0

    @property
    def room(self) -> int:
        """How many more pieces may be taken now."""
        return self.concurrency_max - len(self._running)

    async def hand_in(self, item: Item) -> None:
        """Starts a piece of work as soon as there is room."""
        await self.has_room()
        if self._may_start(item):
            self._start(item)
        elif len(self._aside) < self.aside_max:
            self._aside.append(item)
        else:
            self.left_count += 1

    def _may_start(self, item: Item) -> bool:
        if self.party_of is one_party:
            return True
        return self._held.get(self.party_of(item), 0) < SHARE_OF_FREE * self.room

    def _start(self, item: Item) -> None:
        party = self.party_of(item)
        self._held[party] = self._held.get(party, 0) + 1
        task = asyncio.create_task(self._one(item))
        self._running.add(task)
        task.add_done_callback(lambda ended: self._left(ended, party))

    async def has_room(self) -> None:
        """Waits until there is room for one more."""
        while self.room <= 0:
            self._free.clear()
            await self._free.wait()

    def _left(self, task: "asyncio.Task[None]", party: str) -> None:
        self._running.discard(task)
        self._held[party] -= 1
        if not self._held[party]:
            del self._held[party]
        self._take_from_aside()
        self._free.set()

    def _take_from_aside(self) -> None:
        """Starts the first that now fits; parties that hold little go before those that hold much, by their share."""
        for number, item in enumerate(self._aside):
            if self._may_start(item):
                del self._aside[number]
                self._start(item)
                return

    async def _one(self, item: Item) -> None:
        try:
            await self.work(item)
            self.done_count += 1
        except Exception as error:  # noqa: BLE001 - the top of a worker
            self.error_count += 1
            log.warning("work.failed", crew=self.name, error=type(error).__name__, message=str(error)[:200])

    async def drain(self, timeout_s: float) -> None:
        """Lets running work end, for a while; what is left is canceled and found again by the sweep."""
        self._aside.clear()
        try:
            if self._running:
                await asyncio.wait(self._running, timeout=timeout_s)
        finally:
            late = set(self._running)
            for task in late:
                task.cancel()
            if late:
                log.warning("work.canceled", crew=self.name, count=len(late))
                await asyncio.wait(late, timeout=CANCEL_WAIT_S)


async def take_until_stopped(
    takers: Sequence[Awaitable[None]],
    crews: Sequence[Crew[Any]],
    stop: asyncio.Event,
    *,
    drain_s: float,
    takers_end_s: float = TAKERS_END_S,
) -> None:
    """Runs the takers until `stop`, then lets the work that the crews have in hand end.

    At the stop, takers have `takers_end_s`, then the crews have `drain_s`, and what is canceled then `CANCEL_WAIT_S`.
    The crews drain also where a taker fails, or where the caller cancels this.
    """
    running = [asyncio.ensure_future(taker) for taker in takers]
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([stopping, *running], return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            await asyncio.wait(running, timeout=takers_end_s)
    finally:
        for task in (stopping, *running):
            task.cancel()
        await asyncio.gather(*(crew.drain(drain_s) for crew in crews))
    for task in running:
        if task.done() and not task.cancelled():
            task.result()


async def consume(
    take: Callable[[int], Awaitable[Sequence[Item]]],
    crew: Crew[Item],
    stop: asyncio.Event,
    *,
    batch_max: int = 64,
    error_pause_s: float = 1.0,
) -> None:
    """Takes items as long as there is room for them; `take` itself waits where there are none."""

    async def step() -> bool:
        await crew.has_room()
        for item in await take(min(batch_max, crew.room)):
            await crew.hand_in(item)
        return True

    await repeat(f"{crew.name}.take", step, stop, pause_s=0.0, error_pause_s=error_pause_s)


async def repeat(
    name: str, step: Callable[[], Awaitable[bool]], stop: asyncio.Event, *, pause_s: float, error_pause_s: float = 1.0
) -> None:
    """Does `step` until stopped: at once again where it returns True (there is more), else after a pause."""
    while not stop.is_set():
        pause = pause_s
        try:
            if await step():
                pause = 0.0
        except Exception as error:  # noqa: BLE001 - the top of a worker
            log.warning("loop.failed", loop=name, error=type(error).__name__, message=str(error)[:200])
            pause = error_pause_s
        if pause == 0.0:
            await asyncio.sleep(0)
            continue
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            continue
