"""Measures the stores in alternating rounds. A round adds payments and completes refunds, several at a time."""

import asyncio
import statistics
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from bench.journal.costs import Cost, index_keys, oplog_bytes, oplog_end, profile, used
from bench.journal.refunds import STEPS, Refunds
from bench.journal.stores import Opened, Store
from refunds.domain.payment.payment import Payment
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.payments.payments import Decide

ADDED = "added"
PAYMENTS_PROFILED = 64

Item = TypeVar("Item")


@dataclass(slots=True)
class Series:
    """The costs of one operation, by round."""

    costs: list[Cost] = field(default_factory=list)

    def least(self) -> Cost:
        """The round that cost least."""
        return min(self.costs, key=lambda cost: cost.total_us)

    def median_us(self) -> float:
        """The median of all rounds, both processes together."""
        return statistics.median(cost.total_us for cost in self.costs)


async def all_of(items: Iterable[Item], in_flight: int, one: Callable[[Item], Awaitable[object]]) -> None:
    """Does `one` for each item, so many at once."""
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await one(item)

    await asyncio.gather(*(worker() for _ in range(in_flight)))


async def change_all(store: Store, changes: Iterable[tuple[Payment, Decide]], in_flight: int) -> None:
    """Changes each payment, `in_flight` at a time, and then does the store's deferred work."""
    await all_of(changes, in_flight, lambda each: store.change(ALL_TENANTS, each[0].id, each[1]))
    await store.drain()


async def measured_round(
    opened: Opened, refunds: Refunds, payments_count: int, in_flight: int
) -> AsyncIterator[tuple[str, Cost]]:
    """Yields the cost of adding one payment, and then the cost of each step of its refund."""
    payments = refunds.payments(payments_count)
    before = used(opened)
    await all_of(payments, in_flight, opened.store.add)
    yield ADDED, (used(opened) - before).per(payments_count)
    for step, changes in steps_of(refunds, payments, 1):
        before = used(opened)
        await change_all(opened.store, changes, in_flight)
        yield step, (used(opened) - before).per(payments_count)


def steps_of(
    refunds: Refunds, payments: list[Payment], number: int
) -> Iterable[tuple[str, list[tuple[Payment, Decide]]]]:
    """Yields each step of the refunds with this number, together with the changes of all payments."""
    decisions = [refunds.decisions(payment, number, amount=100) for payment in payments]
    for place, step in enumerate(STEPS):
        yield step, [(payment, of[place][1]) for payment, of in zip(payments, decisions, strict=True)]


async def written_bytes(opened: Opened, refunds: Refunds) -> tuple[float, float]:
    """Returns the oplog bytes of one refund with three steps, and how many index keys it wrote or removed."""
    payments = refunds.payments(PAYMENTS_PROFILED)
    await all_of(payments, PAYMENTS_PROFILED, opened.store.add)
    since = await oplog_end(opened)
    await profile(opened, 2)
    for _, changes in steps_of(refunds, payments, 1):
        await change_all(opened.store, changes, PAYMENTS_PROFILED)
    await profile(opened, 0)
    size = await oplog_bytes(opened, since)
    return size / PAYMENTS_PROFILED, await index_keys(opened) / PAYMENTS_PROFILED
