"""Engines for tests of the group commit: one writes when a test says so, one gives its slot away as a test says."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from refunds.kit.group_commit import Flight, Group, GroupCommit

Batch = Sequence[Group[str, int, int]]


class EngineFailure(Exception):
    """What a flight fails with here."""


@dataclass
class Airport:
    """Keeps flights in the air until they are let down; each operation is answered with its tenfold."""

    batches: list[Batch] = field(default_factory=list)
    open: dict[int, "asyncio.Future[None]"] = field(default_factory=dict)
    together: Counter[str] = field(default_factory=Counter)

    async def fly(self, batch: Batch) -> None:
        number = len(self.batches)
        self.batches.append(batch)
        for group in batch:
            self.together[group.key] += 1
            assert self.together[group.key] == 1, "two flights of one key at once"
        self.open[number] = asyncio.get_running_loop().create_future()
        try:
            await self.open[number]
            for group in batch:
                for pending in group.pending:
                    pending.settle(pending.operation * 10)
        finally:
            for group in batch:
                self.together[group.key] -= 1

    def land(self, number: int) -> None:
        self.open.pop(number).set_result(None)

    def crash(self, number: int) -> None:
        self.open.pop(number).set_exception(EngineFailure())

    def taken(self) -> list[dict[str, list[int]]]:
        return [{g.key: [p.operation for p in g.pending] for g in batch} for batch in self.batches]


async def settle_down() -> None:
    """Lets everything run that can run without a flight landing."""
    for _ in range(10):
        await asyncio.sleep(0)


def a_queue(airport: Airport, **bounds: float) -> GroupCommit[str, int, int]:
    return GroupCommit(fly=airport.fly, **bounds)


# --- answered by itself --------------------------------------------------------------------------

Hands = Flight[str, int, int]


@dataclass
class Hangar:
    """Hands each flight to the test, which releases, requeues and ends it by hand."""

    flights: list[Hands] = field(default_factory=list)
    ends: list["asyncio.Future[None]"] = field(default_factory=list)

    async def fly(self, flight: Hands) -> None:
        self.flights.append(flight)
        self.ends.append(asyncio.get_running_loop().create_future())
        await self.ends[-1]

    def answer(self, number: int, key: str) -> None:
        flight = self.flights[number]
        for pending in flight.unreleased[key].pending:
            pending.settle(pending.operation * 10)
        flight.release(flight.unreleased[key])

    def requeue(self, number: int, key: str) -> None:
        group = self.flights[number].unreleased[key]
        self.flights[number].requeue(group, group.pending)

    def end(self, number: int) -> None:
        for key in list(self.flights[number].unreleased):
            self.answer(number, key)
        self.ends[number].set_result(None)

    def taken(self) -> list[dict[str, list[int]]]:
        return [{group.key: [p.operation for p in group.pending] for group in flight} for flight in self.flights]


def by_hand(hangar: Hangar, **bounds: int) -> GroupCommit[str, int, int]:
    return GroupCommit(fly=hangar.fly, **bounds)
