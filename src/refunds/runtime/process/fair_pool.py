"""Places for work of many parties: who fails or hangs holds up nobody else. Used by gateway-integration.

Which party may have how much at once is asked of the caller (`allowance`); here it is kept, and shared out fairly. The
bound on what others wait, and why it holds: docs/decisions/0029.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from refunds.runtime.process.workers import Item, WorkerPool

Party = TypeVar("Party", bound=Hashable)

SHARE_OF_FREE = 3
"""A party holds at most so many times the places that are left free: alone three quarters, never the last ones."""

SUSPECT_SHARE = 2
"""Suspects start in one of so many slow places; the others are kept for work that turns out to hang."""

HUNG_AT_ONCE_MAX = 4
"""Pieces at once of a party of which one hangs."""

STARTS_MAX, LOOKS_MAX = 2, 16
"""When a piece ends, so many that wait are started, found among so many parties: a party's share may double."""


class Allowed(Protocol):
    """How many pieces of a party may run at once now; `is_suspect`: they are expected to fail or to hang."""

    @property
    def calls_max(self) -> int: ...

    @property
    def is_suspect(self) -> bool: ...


@dataclass(slots=True)
class _Piece(Generic[Party]):
    """Work under way."""

    party: Party
    began_s: float
    is_slow: bool
    is_hung: bool = False


@dataclass(slots=True, kw_only=True)
class FairWorkerPool(WorkerPool[Item], Generic[Item, Party]):
    """At most `concurrency_max` pieces of work at once in ordinary places, and `slow_max` in slow ones.

    Work of suspects starts in slow places. What has run for `slow_after_s` moves to one, if any is free, and makes a
    suspect of its party. What may not start now waits aside in the order of its party, the parties in turn: at most
    `overflow_max` pieces, each for `overflow_s`; what finds no room there is left for the sweep to find again. Times by
    `seconds`, a monotonic clock. `begun` is told of every start, `let_go` of every piece that waits no longer.
    """

    partition_key_of: Callable[[Item], Party]
    allowance: Callable[[Party], Allowed]
    begun: Callable[[Party], None]
    seconds: Callable[[], float]
    slow_max: int
    slow_after_s: float
    overflow_max: int
    overflow_s: float
    let_go: Callable[[Item], None]
    _pieces: dict["asyncio.Task[None]", _Piece[Party]] = field(default_factory=dict)
    _held: dict[Party, int] = field(default_factory=dict)
    _hung: dict[Party, int] = field(default_factory=dict)
    _slow_count: int = 0
    _overflow: OrderedDict[Party, deque[tuple[float, Item]]] = field(default_factory=OrderedDict)
    overflow_count: int = 0
    left_count: int = 0

    @property
    def room(self) -> int:
        """How many more pieces may be taken now into ordinary places."""
        return self.concurrency_max - len(self._running) + self._slow_count

    @property
    def suspects_free_slots(self) -> int:
        """How many more pieces of suspects may start now."""
        return max(self.slow_max // SUSPECT_SHARE - self._slow_count, 0)

    def waiting(self, is_counted: Callable[[Party], bool]) -> int:
        """How many pieces wait aside of those parties."""
        return sum(len(waiting) for party, waiting in self._overflow.items() if is_counted(party))

    async def submit(self, item: Item) -> None:
        """Starts a piece of work, sets it aside, or leaves it."""
        await self.wait_for_slot()
        party = self.partition_key_of(item)
        if party not in self._overflow and self.may_start(party):
            self._start(party, item)
        elif len(self._overflow.get(party, ())) < SHARE_OF_FREE * (self.overflow_max - self.overflow_count):
            self._overflow.setdefault(party, deque()).append((self.seconds(), item))
            self.overflow_count += 1
        else:
            self.left_count += 1
            self.let_go(item)

    def may_start(self, party: Party) -> bool:
        """Whether a piece of this party may start now."""
        held, allowed = self._held.get(party, 0), self.allowance(party)
        if held >= allowed.calls_max:
            return False
        if allowed.is_suspect or party in self._hung:
            return self.suspects_free_slots > 0 and (party not in self._hung or held < HUNG_AT_ONCE_MAX)
        return held < SHARE_OF_FREE * self.room

    def _start(self, party: Party, item: Item) -> None:
        is_slow = self.allowance(party).is_suspect or party in self._hung
        self.begun(party)
        self._held[party] = self._held.get(party, 0) + 1
        self._slow_count += is_slow
        self._pieces[self._begin(item)] = _Piece(party, self.seconds(), is_slow)

    def _left(self, task: "asyncio.Task[None]") -> None:
        piece = self._pieces.pop(task)
        self._slow_count -= piece.is_slow
        _less(self._held, piece.party)
        if piece.is_hung:
            _less(self._hung, piece.party)
        self._running.discard(task)
        self._start_overflow(STARTS_MAX, LOOKS_MAX)
        self._free.set()

    def look_over(self) -> None:
        """Finds what hangs, forgets what has waited for too long, and starts all that may start by now."""
        self._move_hung()
        self._forget_old()
        self._start_overflow(self.overflow_count, self.overflow_count + len(self._overflow))
        self._free.set()

    def _move_hung(self) -> None:
        latest_s = self.seconds() - self.slow_after_s
        for piece in self._pieces.values():
            if piece.began_s > latest_s:
                return
            if not piece.is_hung:
                piece.is_hung = True
                self._hung[piece.party] = self._hung.get(piece.party, 0) + 1
            if not piece.is_slow and self._slow_count < self.slow_max:
                piece.is_slow = True
                self._slow_count += 1

    def _forget_old(self) -> None:
        latest_s = self.seconds() - self.overflow_s
        for party, waiting in list(self._overflow.items()):
            while waiting and waiting[0][0] <= latest_s:
                self.overflow_count -= 1
                self.let_go(waiting.popleft()[1])
            if not waiting:
                del self._overflow[party]

    def _start_overflow(self, starts_max: int, looks_max: int) -> None:
        """Starts what waits, the parties in turn, until so many were started or looked at, or none may start."""
        idle = 0
        while starts_max > 0 and looks_max > 0 and idle < len(self._overflow):
            party, waiting = next(iter(self._overflow.items()))
            self._overflow.move_to_end(party)
            looks_max -= 1
            if not self.may_start(party):
                idle += 1
                continue
            idle = 0
            starts_max -= 1
            self._start(party, waiting.popleft()[1])
            self.overflow_count -= 1
            if not waiting:
                del self._overflow[party]

    async def drain(self, timeout_s: float) -> None:
        """Lets running work end, for a while, and begins nothing more."""
        self._overflow.clear()
        self.overflow_count = 0
        await WorkerPool.drain(self, timeout_s)


def _less(counts: dict[Party, int], party: Party) -> None:
    counts[party] -= 1
    if not counts[party]:
        del counts[party]
