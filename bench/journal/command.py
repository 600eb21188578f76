"""Runs the comparison and prints it as tables."""

import argparse
from collections.abc import Sequence

import uvloop

from bench.journal.growth import Growth, measured_growth
from bench.journal.preload import preload, stored_bytes
from bench.journal.refunds import ACKNOWLEDGED, COMPLETED, CREATED, Refunds, refunds
from bench.journal.rounds import ADDED, Series, measured_round, written_bytes
from bench.journal.stores import Opened, both

IN_FLIGHT = (64, 13)
TOTALS = {
    ADDED: (ADDED,),
    CREATED: (CREATED,),
    "refund of 2 writes": (CREATED, COMPLETED),
    "refund of 3 writes": (CREATED, ACKNOWLEDGED, COMPLETED),
}
Costs = dict[tuple[str, int, str], Series]


def main(arguments: Sequence[str]) -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench journal")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--payments", type=int, default=1_500, help="payments of one round")
    parser.add_argument("--stored", type=int, default=0, help="payments that are stored before")
    chosen = parser.parse_args(arguments)
    uvloop.run(_run(chosen.rounds, chosen.payments, chosen.stored))
    return 0


async def _run(rounds: int, payments_count: int, stored: int) -> None:
    made = refunds()
    costs: Costs = {}
    async with both() as stores:
        for opened in stores if stored else ():
            await _fill(opened, made, stored)
        for number in range(rounds):
            for in_flight in IN_FLIGHT:
                for opened in stores if number % 2 else reversed(stores):
                    async for step, cost in measured_round(opened, made, payments_count, in_flight):
                        costs.setdefault((step, in_flight, opened.name), Series()).costs.append(cost)
        _print_costs(costs)
        for opened in stores:
            _print_growth(opened.name, await measured_growth(opened, made))
        await _print_bytes(stores, made)


async def _print_bytes(stores: Sequence[Opened], made: Refunds) -> None:
    for opened in stores:
        size, keys = await written_bytes(opened, made)
        print(f"{opened.name}: a refund of 3 writes: {size:,.0f} bytes of oplog, {keys:.1f} index keys")


async def _fill(opened: Opened, made: Refunds, stored: int) -> None:
    empty = await stored_bytes(opened.database)
    await preload(opened, made, stored)
    full = await stored_bytes(opened.database)
    per = "  ".join(f"{name} {(full[name] - empty[name]) / stored:,.0f}" for name in full)
    print(f"{opened.name}: bytes of a payment with one refund: {per}", flush=True)


def _print_costs(costs: Costs) -> None:
    print(f"{'CPU us':22} {'in flight':>9} {'':8} {'process':>8} {'mongod':>8} {'both':>8} {'median':>8}")
    for total, steps in TOTALS.items():
        for in_flight in IN_FLIGHT:
            for name in ("update", "journal"):
                least = [costs[step, in_flight, name].least() for step in steps]
                process_us = sum(cost.process_us for cost in least)
                mongod_us = sum(cost.mongod_us for cost in least)
                median_us = sum(costs[step, in_flight, name].median_us() for step in steps)
                print(
                    f"{total:22} {in_flight:>9} {name:8} {process_us:>8.0f} {mongod_us:>8.0f}"
                    f" {process_us + mongod_us:>8.0f} {median_us:>8.0f}"
                )


def _print_growth(name: str, growth: Sequence[Growth]) -> None:
    print(f"{name}: CPU us of process and mongod, by the refund's number")
    for each in growth:
        print(
            f"  refund {each.number:>3}: write {each.write.total_us:>6.0f}"
            f" ({each.write.process_us:.0f} + {each.write.mongod_us:.0f}, of it decisions {each.decision_us:.0f})"
            f"  read of 64 {each.read.total_us:>6.0f} ({each.read.process_us:.0f} + {each.read.mongod_us:.0f})"
            f"  read alone {each.read_alone.total_us:>6.0f}"
        )
