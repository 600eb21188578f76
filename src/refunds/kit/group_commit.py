"""Collects operations into batches, with one group of operations for each key.

While a batch runs, new operations wait for the next batch. No timer is needed. A flight is one batch, from the call of
`fly` to the end of that call. Each key is in at most one flight at a time, so the operations of one key run one after
another. The queue is bounded and raises QueueFull if it is full.

The owner of the queue passes the function `fly`, which must answer every operation of its batch. Each flight takes a
slot. `fly` may free a key or the slot before it ends.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar, overload

Key = TypeVar("Key")
Operation = TypeVar("Operation")
Outcome = TypeVar("Outcome")


class QueueFull(Exception):
    """Raised if `waiting_max` operations are already waiting."""


class Unanswered(Exception):
    """Raised for an operation that its batch did not answer. This is a defect of the owner's `fly`."""


@dataclass(slots=True)
class Pending(Generic[Operation, Outcome]):
    """An operation with the future on which its caller waits.

    `settle` and `fail` do nothing if the future is done, for example because the caller was canceled.
    """

    operation: Operation
    future: "asyncio.Future[Outcome]"

    def settle(self, outcome: Outcome) -> None:
        """Gives the outcome to the caller that waits for the operation."""
        if not self.future.done():
            self.future.set_result(outcome)

    def fail(self, error: BaseException) -> None:
        """Gives an error to the caller that waits for the operation."""
        if not self.future.done():
            self.future.set_exception(error)


@dataclass(frozen=True, slots=True)
class Group(Generic[Key, Operation, Outcome]):
    """The operations of one key in one batch, in the order in which they arrived."""

    key: Key
    pending: list[Pending[Operation, Outcome]]


class Flight(Sequence[Group[Key, Operation, Outcome]]):
    """A batch that is being committed, with one group for each key.

    The groups that `fly` neither releases nor requeues end with the flight.
    """

    def __init__(
        self, groups: list[Group[Key, Operation, Outcome]], queue: "GroupCommit[Key, Operation, Outcome]"
    ) -> None:
        self.groups = groups
        self.unreleased = {group.key: group for group in groups}
        self.has_slot = True
        self._queue = queue

    def release(self, group: Group[Key, Operation, Outcome]) -> None:
        """Marks all operations of the group as answered.

        From now on, the next operations of the group's key may start while this batch continues.
        """
        del self.unreleased[group.key]
        self._queue.free_key(group.key)

    def requeue(self, group: Group[Key, Operation, Outcome], pending: list[Pending[Operation, Outcome]]) -> None:
        """Frees the group's key and puts `pending` back at the front of the key's queue.

        So `pending` comes before operations that were submitted for the key in the meantime.
        """
        del self.unreleased[group.key]
        self._queue.take_back(group.key, pending)

    def free_slot(self) -> None:
        """Lets the next batch start while this batch continues with the groups that it has not released.

        If `slotless_max` batches already continue without a slot, this batch keeps its slot until it ends.
        """
        self._queue.free_slot(self)

    @overload
    def __getitem__(self, index: int) -> Group[Key, Operation, Outcome]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Group[Key, Operation, Outcome]]: ...
    def __getitem__(
        self, index: int | slice
    ) -> Group[Key, Operation, Outcome] | Sequence[Group[Key, Operation, Outcome]]:
        return self.groups[index]

    def __iter__(self) -> Iterator[Group[Key, Operation, Outcome]]:
        return iter(self.groups)

    def __len__(self) -> int:
        return len(self.groups)


Fly = Callable[[Flight[Key, Operation, Outcome]], Awaitable[None]]


@dataclass(slots=True)
class GroupCommit(Generic[Key, Operation, Outcome]):
    """The queue that collects operations into batches.

    A batch has at most `keys_max` keys and at most `per_key_max` operations of each key. If a batch would exceed
    `operations_max` operations, each of its keys gets an equal share. Requeued keys come first, but fill at most half
    of the keys of a batch.

    At most `flights_max` batches run at once. In addition, `slotless_max` batches may continue after they gave up their
    slot.

    While a batch runs, the next batch starts only if no batch started in the last `short_flight_s` seconds. One larger
    batch costs less than several batches that are shorter than this time. A slow batch delays the next batch only for
    this time.
    """

    fly: Fly[Key, Operation, Outcome]
    keys_max: int = 128
    per_key_max: int = 64
    flights_max: int = 2
    waiting_max: int = 10_000
    operations_max: int = 1_024
    slotless_max: int = 16
    short_flight_s: float = 0.0
    _waiting: dict[Key, list[Pending[Operation, Outcome]]] = field(default_factory=dict)
    _requeued: dict[Key, None] = field(default_factory=dict)
    _flying: set[Key] = field(default_factory=set)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _flights: int = 0
    _slotless: int = 0
    _count: int = 0
    _is_start_planned: bool = False
    _last_start: float = 0.0
    _later_start: asyncio.TimerHandle | None = None

    def submit(self, key: Key, operation: Operation) -> "asyncio.Future[Outcome]":
        """Queues an operation and returns the future of its outcome.

        Raises QueueFull if `waiting_max` operations are waiting.
        """
        if self._count >= self.waiting_max:
            raise QueueFull
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        self._waiting.setdefault(key, []).append(Pending(operation, future))
        self._count += 1
        if not self._is_start_planned:
            self._is_start_planned = True
            loop.call_soon(self._start_flights)
        return future

    def free_key(self, key: Key) -> None:
        """Lets the next operations of the key start. A running batch calls this method."""
        self._flying.discard(key)
        if key in self._waiting and not self._is_start_planned:
            self._is_start_planned = True
            asyncio.get_running_loop().call_soon(self._start_flights)

    def take_back(self, key: Key, pending: list[Pending[Operation, Outcome]]) -> None:
        """Frees the key and puts `pending` at the front of the key's queue, even if the queue is full.

        A running batch calls this method.
        """
        if pending:
            self._waiting[key] = pending + self._waiting.get(key, [])
            self._requeued[key] = None
            self._count += len(pending)
        self.free_key(key)

    def free_slot(self, flight: Flight[Key, Operation, Outcome]) -> None:
        """Lets the next batch start while `flight` continues without its slot.

        Does nothing if `slotless_max` batches already continue without a slot. A running batch calls this method.
        """
        if flight.has_slot and self._slotless < self.slotless_max:
            flight.has_slot = False
            self._flights -= 1
            self._slotless += 1
            self._start_flights()

    def _start_flights(self) -> None:
        self._is_start_planned = False
        while self._flights < self.flights_max and not self._waits_for_short_flight():
            batch = self._take_batch()
            if not batch:
                return
            self._flights += 1
            task = asyncio.create_task(self._flight(Flight(batch, self)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _waits_for_short_flight(self) -> bool:
        """True if the next batch must wait because a running batch started less than `short_flight_s` ago."""
        if self.short_flight_s == 0:
            return False
        loop = asyncio.get_running_loop()
        now = loop.time()
        left_s = self._last_start + self.short_flight_s - now
        if self._flights == 0 or left_s <= 0:
            self._last_start = now
            return False
        if self._waiting and self._later_start is None:
            self._later_start = loop.call_later(left_s, self._start_later)
        return True

    def _start_later(self) -> None:
        self._later_start = None
        self._start_flights()

    def _take_batch(self) -> list[Group[Key, Operation, Outcome]]:
        keys = self._take_keys()
        per_key = self.per_key_max
        if len(keys) * per_key > self.operations_max:
            wanted = sum(min(len(self._waiting[key]), per_key) for key in keys)
            if wanted > self.operations_max:
                per_key = max(1, self.operations_max // len(keys))
        batch = []
        for key in keys:
            waiting = self._waiting.pop(key)
            taken, rest = waiting[:per_key], waiting[per_key:]
            if rest:
                self._waiting[key] = rest
            self._count -= len(taken)
            batch.append(Group(key, taken))
        return batch

    def _take_keys(self) -> list[Key]:
        """Returns the keys of the next batch and marks them as part of a running batch."""
        keys = list(islice(self._requeued, max(1, self.keys_max // 2))) if self._requeued else []
        self._flying.update(keys)
        for key in self._waiting:
            if len(keys) == self.keys_max:
                break
            if key not in self._flying:
                self._flying.add(key)
                keys.append(key)
        if self._requeued:
            for key in keys:
                self._requeued.pop(key, None)
        return keys

    async def _flight(self, flight: Flight[Key, Operation, Outcome]) -> None:
        error: Exception = Unanswered()
        try:
            await self.fly(flight)
        except Exception as failed:  # noqa: BLE001 - every error is passed to the callers
            error = failed
        finally:
            for group in flight.unreleased.values():
                for pending in group.pending:
                    pending.fail(error)
                self._flying.discard(group.key)
            if flight.has_slot:
                self._flights -= 1
            else:
                self._slotless -= 1
        self._start_flights()  # not after a cancelation: then the loop is ending

    async def drain(self) -> None:
        """Waits until no operation is queued and no batch runs.

        If a batch was canceled, the operations that wait in the queue start now. Canceling `drain` cancels no batch.
        """
        while self._waiting or self._tasks:
            if not self._tasks:
                self._start_flights()
            await asyncio.wait(self._tasks)
