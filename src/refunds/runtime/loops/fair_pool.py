"""A worker pool in which a partition that fails or hangs does not block the other partitions.

A partition is all work with the same key, such as one merchant at one gateway. The caller limits how many items of a
partition may run at once (`allowance`), and the pool enforces this limit. docs/decisions/0029 explains how long other
partitions wait at most, and why. The service gateway-integration uses the pool.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from refunds.runtime.loops.workers import Item, WorkerPool

PartitionKey = TypeVar("PartitionKey", bound=Hashable)

SHARE_OF_FREE = 3
"""A partition may use up to this many times as many slots as are free. A single partition gets three quarters."""

SUSPECT_SHARE = 2
"""One in this many slow slots may start items of suspects. The other slow slots are for items that hang."""

HUNG_AT_ONCE_MAX = 4
"""Maximum number of running items of a partition while one of its items hangs."""

STARTS_MAX, LOOKS_MAX = 2, 16
"""When an item ends: maximum number of waiting items that start, and of partitions that are searched for such items."""


class Allowed(Protocol):
    """Limits how many items of a partition may run at once.

    `is_suspect` is True if these items will probably fail or hang.
    """

    @property
    def calls_max(self) -> int: ...

    @property
    def is_suspect(self) -> bool: ...


@dataclass(slots=True)
class _Running(Generic[PartitionKey]):
    """An item that is running."""

    key: PartitionKey
    began_s: float
    is_slow: bool
    is_hung: bool = False


@dataclass(slots=True, kw_only=True)
class FairWorkerPool(WorkerPool[Item], Generic[Item, PartitionKey]):
    """Runs at most `concurrency_max` items at once in ordinary slots, and `slow_max` in slow slots.

    A suspect is a partition whose items will probably fail or hang. Its items start in slow slots. An item that has run
    for `slow_after_s` seconds makes its partition a suspect, and moves to a slow slot if one is free.

    An item that may not start yet waits in the overflow. The overflow holds at most `overflow_max` items, each for at
    most `overflow_s` seconds. The items of a partition start in their order, and the partitions take turns. An item
    that does not fit into the overflow, or waits there too long, is left for the sweep.

    `seconds` is a monotonic clock. The pool calls `begun` for every item that starts, and `on_left` for every item that
    is left for the sweep.
    """

    partition_key_of: Callable[[Item], PartitionKey]
    allowance: Callable[[PartitionKey], Allowed]
    begun: Callable[[PartitionKey], None]
    seconds: Callable[[], float]
    slow_max: int
    slow_after_s: float
    overflow_max: int
    overflow_s: float
    on_left: Callable[[Item], None]
    _by_task: dict["asyncio.Task[None]", _Running[PartitionKey]] = field(default_factory=dict)
    _in_use: dict[PartitionKey, int] = field(default_factory=dict)
    _hung: dict[PartitionKey, int] = field(default_factory=dict)
    _slow_count: int = 0
    _overflow: OrderedDict[PartitionKey, deque[tuple[float, Item]]] = field(default_factory=OrderedDict)
    overflow_count: int = 0
    left_count: int = 0

    @property
    def free_slots(self) -> int:
        """Returns how many more items may start in ordinary slots."""
        return self.concurrency_max - len(self._running) + self._slow_count

    @property
    def free_slots_of_suspects(self) -> int:
        """Returns how many more items of suspect partitions may start now."""
        return max(self.slow_max // SUSPECT_SHARE - self._slow_count, 0)

    def waiting(self, is_counted: Callable[[PartitionKey], bool]) -> int:
        """Returns how many items wait in the overflow, for all partitions that `is_counted` accepts."""
        return sum(len(waiting) for key, waiting in self._overflow.items() if is_counted(key))

    async def submit(self, item: Item) -> None:
        """Starts the item or puts it into the overflow. If the overflow has no room, leaves the item for the sweep."""
        await self.wait_for_slot()
        key = self.partition_key_of(item)
        if key not in self._overflow and self.may_start(key):
            self._start(key, item)
        elif len(self._overflow.get(key, ())) < SHARE_OF_FREE * (self.overflow_max - self.overflow_count):
            self._overflow.setdefault(key, deque()).append((self.seconds(), item))
            self.overflow_count += 1
        else:
            self.left_count += 1
            self.on_left(item)

    def may_start(self, key: PartitionKey) -> bool:
        """True if an item of this partition may start now."""
        in_use, allowed = self._in_use.get(key, 0), self.allowance(key)
        if in_use >= allowed.calls_max:
            return False
        if allowed.is_suspect or key in self._hung:
            return self.free_slots_of_suspects > 0 and (key not in self._hung or in_use < HUNG_AT_ONCE_MAX)
        return in_use < SHARE_OF_FREE * self.free_slots

    def _start(self, key: PartitionKey, item: Item) -> None:
        is_slow = self.allowance(key).is_suspect or key in self._hung
        self.begun(key)
        self._in_use[key] = self._in_use.get(key, 0) + 1
        self._slow_count += is_slow
        self._by_task[self._begin(item)] = _Running(key, self.seconds(), is_slow)

    def _left(self, task: "asyncio.Task[None]") -> None:
        running = self._by_task.pop(task)
        self._slow_count -= running.is_slow
        _less(self._in_use, running.key)
        if running.is_hung:
            _less(self._hung, running.key)
        self._running.discard(task)
        self._start_overflow(STARTS_MAX, LOOKS_MAX)
        self._free.set()

    def look_over(self) -> None:
        """Finds hung items and starts all waiting items that may start.

        Items that waited too long are left for the sweep.
        """
        self._move_hung()
        self._forget_old()
        self._start_overflow(self.overflow_count, self.overflow_count + len(self._overflow))
        self._free.set()

    def _move_hung(self) -> None:
        latest_s = self.seconds() - self.slow_after_s
        for running in self._by_task.values():
            if running.began_s > latest_s:
                return
            if not running.is_hung:
                running.is_hung = True
                self._hung[running.key] = self._hung.get(running.key, 0) + 1
            if not running.is_slow and self._slow_count < self.slow_max:
                running.is_slow = True
                self._slow_count += 1

    def _forget_old(self) -> None:
        latest_s = self.seconds() - self.overflow_s
        for key, waiting in list(self._overflow.items()):
            while waiting and waiting[0][0] <= latest_s:
                self.overflow_count -= 1
                self.on_left(waiting.popleft()[1])
            if not waiting:
                del self._overflow[key]

    def _start_overflow(self, starts_max: int, looks_max: int) -> None:
        """Starts waiting items, one partition after another, until a limit is reached or no item may start."""
        idle = 0
        while starts_max > 0 and looks_max > 0 and idle < len(self._overflow):
            key, waiting = next(iter(self._overflow.items()))
            self._overflow.move_to_end(key)
            looks_max -= 1
            if not self.may_start(key):
                idle += 1
                continue
            idle = 0
            starts_max -= 1
            self._start(key, waiting.popleft()[1])
            self.overflow_count -= 1
            if not waiting:
                del self._overflow[key]

    async def drain(self, timeout_s: float) -> None:
        """Drops all waiting items, and waits at most `timeout_s` seconds for running items. Then cancels the rest."""
        self._overflow.clear()
        self.overflow_count = 0
        await WorkerPool.drain(self, timeout_s)


def _less(counts: dict[PartitionKey, int], key: PartitionKey) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
