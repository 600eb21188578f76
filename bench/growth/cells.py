"""Measures create, complete, read and list on stored copies of a payment. Each copy gets one new refund at most."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench.growth.result import Cost, cost_of
from bench.growth.template import Template
from bench.load.requests import request_bytes
from bench.measure.result import Measurement, measurement_of
from bench.support.bench import Bench
from bench.support.refund_requests import LARGE_AMOUNT, SMALL_AMOUNT, refund_request
from bench.support.settled import wait_until_settled

CONNECTIONS = 64
COMPLETED_PER_S = 100.0
CREATED_PER_S_MAX = 1_500
READ_REFUNDS_MAX = 5_000
WARM_UP = 200


@dataclass(slots=True, kw_only=True)
class Stored:
    """`count` copies are stored. `unused` has the numbers of the copies without a new refund, in random order."""

    bench: Bench
    template: Template
    merchants: int
    count: int
    unused: list[int]

    def grow(self, start: int, end: int) -> None:
        """Counts more copies."""
        self.unused = [*self.unused, *range(start, end)]
        random.Random(end).shuffle(self.unused)
        self.count = end

    def refund_requests(self, wanted: int, amount: int) -> list[bytes]:
        """Returns a refund request for each of `wanted` unused payments, or for fewer if fewer are left."""
        taken, self.unused = self.unused[:wanted], self.unused[wanted:]
        ids = [self.template.payment_id_of(number) for number in taken]
        return [refund_request(self.bench.seeder, one, f"new-{one}", amount) for one in ids]

    def some(self, wanted: int) -> Iterator[tuple[int, int]]:
        """(Payment, merchant) of copies spread over all."""
        for number in random.Random(wanted).sample(range(self.count), min(wanted, self.count)):
            yield number, number % self.merchants


def costs(stored: Stored, seconds: float) -> dict[str, Cost]:
    """All four, one after another."""
    bench = stored.bench
    warm_up = stored.refund_requests(min(WARM_UP, stored.count // 4), LARGE_AMOUNT)
    bench.watch(bench.plan(warm_up, connections=CONNECTIONS, seconds=seconds))
    found = {"create": _create(stored, seconds), "complete": _complete(stored, seconds)}
    token = {"Authorization": bench.seeder.token}
    refunds = [stored.template.refund_id_of(*one) for one in stored.some(READ_REFUNDS_MAX)]
    reads = [request_bytes("GET", f"/v1/refunds/{refund}", headers=token) for refund in refunds]
    merchants = {stored.template.merchant_id_of(merchant) for _, merchant in stored.some(READ_REFUNDS_MAX)}
    paths = [f"/v1/refunds?merchant_id={merchant}&limit=50" for merchant in sorted(merchants)]
    lists = [request_bytes("GET", path, headers=token) for path in paths]
    for name, requests in (("read", reads), ("list", lists)):
        plan = bench.plan(requests, connections=CONNECTIONS, seconds=seconds, is_repeated=True)
        found[name] = bench.measure(f"growth_{name}", name, plan)
    return {name: cost_of(measurement) for name, measurement in found.items()}


def _create(stored: Stored, seconds: float) -> Measurement:
    wanted = min(int(CREATED_PER_S_MAX * seconds), len(stored.unused) // 2)
    requests = stored.refund_requests(wanted, LARGE_AMOUNT)
    plan = stored.bench.plan(requests, connections=CONNECTIONS, seconds=seconds)
    return stored.bench.measure("growth_create", f"creates at {stored.count:,} payments", plan)


def _complete(stored: Stored, seconds: float) -> Measurement:
    bench = stored.bench
    requests = stored.refund_requests(int(COMPLETED_PER_S * seconds), SMALL_AMOUNT)
    bench.say(f"growth_complete: {COMPLETED_PER_S:.0f}/s at {stored.count:,} payments")
    plan = bench.plan(requests, connections=CONNECTIONS, seconds=seconds + 1, rate_per_s=COMPLETED_PER_S)
    result, meter = bench.watch(plan)
    wait_until_settled(bench, None)
    meter.read()
    return measurement_of("growth_complete", "created to completed", result, meter)
