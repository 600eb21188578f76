"""Writes with the bare driver, either by single updates or by unordered bulks of 64.

Several writes may run at the same time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeAlias

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from bench.load.histogram import Histogram

BULK = 64
BULK_FLIGHTS = 2
READ_FLIGHTS = 64


class Stop:
    """Hands out updates until the time is over or no updates are left."""

    def __init__(self, seconds: float) -> None:
        self._until_s = perf_counter() + seconds
        self.sent = 0

    def take(self, updates: Sequence[UpdateOne], wanted: int) -> Sequence[UpdateOne]:
        """Returns the next updates, at most `wanted`. Returns none if the time is over or no updates are left."""
        if perf_counter() >= self._until_s:
            return ()
        taken = updates[self.sent : self.sent + wanted]
        self.sent += len(taken)
        return taken


Run: TypeAlias = Callable[[AsyncCollection[Any], Sequence[UpdateOne], Histogram, Stop], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """One way of writing. `per_s_max` limits how many documents are prepared."""

    name: str
    what: str
    per_s_max: int
    run: Run


def _writing(flights: int, bulk: int) -> Run:
    async def run(
        collection: AsyncCollection[Any],
        updates: Sequence[UpdateOne],
        histogram: Histogram,
        stop: Stop,
    ) -> int:
        async def fly() -> int:
            matched = 0
            while taken := stop.take(updates, bulk):
                began_s = perf_counter()
                matched += await _write(collection, taken, is_bulk=bulk > 1)
                histogram.record(perf_counter() - began_s)
            return matched

        return sum(await asyncio.gather(*(fly() for _ in range(flights))))

    return run


async def _write(collection: AsyncCollection[Any], taken: Sequence[UpdateOne], *, is_bulk: bool) -> int:
    if is_bulk:
        return (await collection.bulk_write(list(taken), ordered=False)).matched_count
    (one,) = taken
    return (await collection.update_one(one._filter, one._doc)).matched_count


async def _read_one_by_one(
    collection: AsyncCollection[Any],
    updates: Sequence[UpdateOne],
    histogram: Histogram,
    stop: Stop,
) -> int:
    async def fly() -> int:
        found = 0
        while taken := stop.take(updates, 1):
            began_s = perf_counter()
            found += await collection.find_one({"_id": taken[0]._filter["_id"]}) is not None
            histogram.record(perf_counter() - began_s)
        return found

    return sum(await asyncio.gather(*(fly() for _ in range(READ_FLIGHTS))))


LOOPS = (
    Loop(
        name="raw_one_by_one_1",
        what="bare driver, one by one, 1 in flight",
        per_s_max=2_000,
        run=_writing(1, 1),
    ),
    Loop(
        name="raw_one_by_one_64",
        what="bare driver, one by one, 64 in flight",
        per_s_max=6_000,
        run=_writing(64, 1),
    ),
    Loop(
        name="raw_bulk_64",
        what=f"bare driver, unordered bulks of {BULK}, {BULK_FLIGHTS} in flight",
        per_s_max=16_000,
        run=_writing(BULK_FLIGHTS, BULK),
    ),
    Loop(
        name="raw_read_64",
        what=f"bare driver, payments by id one by one, {READ_FLIGHTS} in flight",
        per_s_max=8_000,
        run=_read_one_by_one,
    ),
)
