"""Measures what the k-th refund of a payment costs to write, and what a payment with k refunds costs to read."""

import time
from dataclasses import dataclass

from bench.journal.costs import Cost, used
from bench.journal.refunds import Refunds
from bench.journal.rounds import all_of, change_all, steps_of
from bench.journal.stores import Opened
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.payments.payments import Decide

NUMBERS = (1, 10, 50, 100)
PAYMENTS = 64
AROUND = 3
"""Number of successive refunds that are measured together, because CPU is counted in ticks. For 1, these are 1 to 3."""

READS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Costs at one number of refunds. `write` is for one refund of three steps. Its decisions take `decision_us`."""

    number: int
    write: Cost
    decision_us: float
    read: Cost
    read_alone: Cost


async def measured_growth(opened: Opened, refunds: Refunds) -> list[Growth]:
    """The costs at each of NUMBERS."""
    payments = refunds.payments(PAYMENTS)
    await all_of(payments, PAYMENTS, opened.store.add)
    found, number = [], 1
    for wanted in NUMBERS:
        while number <= wanted - AROUND:
            await _refund(opened, refunds, payments, number)
            number += 1
        timed, before = [0.0], used(opened)
        for _ in range(AROUND):
            await _refund(opened, refunds, payments, number, timed)
            number += 1
        write = (used(opened) - before).per(AROUND * PAYMENTS)
        read, alone = [await _read(opened, payments, in_flight) for in_flight in (PAYMENTS, 1)]
        found.append(
            Growth(
                number=wanted,
                write=write,
                decision_us=timed[0] * 1e6 / (AROUND * PAYMENTS),
                read=read,
                read_alone=alone,
            )
        )
    return found


async def _refund(
    opened: Opened, refunds: Refunds, payments: list[Payment], number: int, timed: list[float] | None = None
) -> None:
    for _, changes in steps_of(refunds, payments, number):
        made = changes if timed is None else [(payment, _timed(decide, timed)) for payment, decide in changes]
        await change_all(opened.store, made, PAYMENTS)


def _timed(decide: Decide, timed: list[float]) -> Decide:
    def decided(present: Payment) -> Decision:
        began_s = time.thread_time()
        try:
            return decide(present)
        finally:
            timed[0] += time.thread_time() - began_s

    return decided


async def _read(opened: Opened, payments: list[Payment], in_flight: int) -> Cost:
    before = used(opened)
    for _ in range(READS):
        await all_of(payments, in_flight, lambda payment: opened.store.get(ALL_TENANTS, payment.id))
    return (used(opened) - before).per(READS * PAYMENTS)
