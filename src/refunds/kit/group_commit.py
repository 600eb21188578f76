"""Natural batching grouped by key: while a batch is in flight, operations collect; no timer, no delay when idle.

At most one batch per key is in flight, so the operations of one key are taken one after another. The whole queue is
bounded: a full one refuses with QueueFull instead of growing. Knows nothing of what it carries; the owner hands in
`fly`, which answers every operation of its batch.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key")
Operation = TypeVar("Operation")
Outcome = TypeVar("Outcome")


class QueueFull(Exception):
    """As many operations wait as may."""


class Unanswered(Exception):
    """The flight landed without an answer to this operation: a defect of the owner's `fly`."""


@dataclass(slots=True)
class Pending(Generic[Operation, Outcome]):
    """One operation with the future of whoever waits for it. `settle` and `fail` ignore those who left."""

    operation: Operation
    future: "asyncio.Future[Outcome]"

    def settle(self, outcome: Outcome) -> None:
        """Answers."""
        if not self.future.done():
            self.future.set_result(outcome)

    def fail(self, error: BaseException) -> None:
        """Answers with an error."""
        if not self.future.done():
            self.future.set_exception(error)


@dataclass(frozen=True, slots=True)
class Group(Generic[Key, Operation, Outcome]):
    """All operations of one key that fly together, in order of arrival."""

    key: Key
    pending: list[Pending[Operation, Outcome]]


Fly = Callable[[Sequence[Group[Key, Operation, Outcome]]], Awaitable[None]]


@dataclass(slots=True)
class GroupCommit(Generic[Key, Operation, Outcome]):
    """The queue. `keys_max` per batch, `per_key_max` operations of one key, `flights_max` batches at once."""

    fly: Fly[Key, Operation, Outcome]
    keys_max: int = 128
    per_key_max: int = 64
    flights_max: int = 2
    waiting_max: int = 10_000
    _waiting: dict[Key, list[Pending[Operation, Outcome]]] = field(default_factory=dict)
    _flying: set[Key] = field(default_factory=set)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _flights: int = 0
    _count: int = 0
    _is_pump_planned: bool = False

    def submit(self, key: Key, operation: Operation) -> "asyncio.Future[Outcome]":
        """Queues an operation; QueueFull at the bound."""
        if self._count >= self.waiting_max:
            raise QueueFull
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        self._waiting.setdefault(key, []).append(Pending(operation, future))
        self._count += 1
        if not self._is_pump_planned:
            self._is_pump_planned = True
            loop.call_soon(self._pump)
        return future

    def _pump(self) -> None:
        self._is_pump_planned = False
        while self._flights < self.flights_max:
            batch = self._take_batch()
            if not batch:
                return
            self._flights += 1
            task = asyncio.create_task(self._flight(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _take_batch(self) -> list[Group[Key, Operation, Outcome]]:
        keys = []
        for key in self._waiting:
            if key not in self._flying:
                keys.append(key)
                if len(keys) == self.keys_max:
                    break
        batch = []
        for key in keys:
            waiting = self._waiting.pop(key)
            taken, rest = waiting[: self.per_key_max], waiting[self.per_key_max :]
            if rest:
                self._waiting[key] = rest
            self._flying.add(key)
            self._count -= len(taken)
            batch.append(Group(key, taken))
        return batch

    async def _flight(self, batch: list[Group[Key, Operation, Outcome]]) -> None:
        error: Exception = Unanswered()
        try:
            await self.fly(batch)
        except Exception as failed:  # noqa: BLE001 - whatever it is, it is told to those who wait
            error = failed
        finally:
            for group in batch:
                for pending in group.pending:
                    pending.fail(error)
                self._flying.discard(group.key)
            self._flights -= 1
        self._pump()  # not after a cancelation: then the loop is ending

    async def drain(self) -> None:
        """Waits until nothing is queued or in flight."""
        while self._waiting or self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.sleep(0)
