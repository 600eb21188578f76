"""Measures other merchants' refunds per second and 99th percentile of latency while one merchant is busy.

The busy merchant has 64 clients, and each client sends again as soon as it is answered. In `nobody`, no merchant is
busy. In `ordinary`, the clients request one refund each of many payments. In `hot`, they request 90 refunds of one
payment, then 90 of the next, and so on. In `used_keys`, they request refunds of four payments with keys that another
payment used. `one_used_key` is like `hot`, but every 64th request has a used key. The rounds alternate between these
kinds, and the results are medians.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, cycle
from statistics import median
from threading import Event

import msgspec

from bench.errors import NeighbourEnded
from bench.load.plan import LoadPlan, LoadResult
from bench.load.spawn import run_load
from bench.measure.result import Measurement, measurement_of
from bench.support.bench import Bench
from bench.support.refund_requests import LARGE_AMOUNT, refund_request

SECONDS = 6.0
ROUNDS = 3
CLIENTS = 64
PER_S_MAX = 2_500
NEIGHBOUR_PER_S_MAX = 2_500
LEAD_S = 2.0
REFUNDS_OF_HOT = 90
PAYMENTS_OF_USED_KEYS = 4
ONE_IN = 64
ANONYMOUS, ORDINARY = "nobody", "ordinary"

_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The results of one round. `neighbour` is the busy merchant's result, or None if no merchant is busy."""

    others: Measurement
    neighbour: LoadResult | None


def run(bench: Bench) -> list[Measurement]:
    """Returns a measurement for each kind of busy merchant.

    Each measurement comes from the round with the median rate. Its figures compare it with `nobody` and `ordinary`.
    """
    seconds = bench.options.seconds_or(SECONDS)
    _run(bench, "warm-up", ordinary, min(seconds, 2.0))
    runs: dict[str, list[Run]] = {name: [] for name in NEIGHBOURS}
    for number in range(ROUNDS):
        names = list(NEIGHBOURS)
        for name in names if number % 2 == 0 else reversed(names):
            runs[name].append(_run(bench, name, NEIGHBOURS[name], seconds))
    return [summed_up(name, runs) for name in runs]


def _run(bench: Bench, name: str, requests_of: "Requests | None", seconds: float) -> Run:
    neighbour, others = bench.seeder.merchants[0], bench.seeder.merchants[1:]
    payment_ids, _ = bench.seeder.payments(int(PER_S_MAX * seconds), others)
    requests = [refund_request(bench.seeder, p, f"ref-{p}", LARGE_AMOUNT) for p in payment_ids]
    plan = bench.plan(requests, connections=CLIENTS, seconds=seconds)
    what = f"POST /v1/refunds of 15 merchants, {CLIENTS} connections, beside {name}"
    bench.say(f"beside_{name}: {what}")
    if requests_of is None:
        return Run(others=measurement_of(name, what, *bench.watch(plan)), neighbour=None)
    wanted = int(NEIGHBOUR_PER_S_MAX * (seconds + LEAD_S))
    sent = requests_of(bench, neighbour, wanted)
    beside = bench.plan(sent, connections=CLIENTS, seconds=seconds + LEAD_S, is_repeated=requests_of is used_keys)
    with ThreadPoolExecutor(1) as pool:
        has_begun = Event()
        running = pool.submit(_neighbour, beside, has_begun)
        has_begun.wait(beside.timeout_s)
        measured = measurement_of(name, what, *bench.watch(plan))
        return Run(others=measured, neighbour=running.result())


def _neighbour(plan: LoadPlan, has_begun: Event) -> LoadResult:
    result = run_load(plan, on_begun=has_begun.set)
    if result.window_s < plan.seconds - 0.1:
        raise NeighbourEnded(f"the neighbour used up its requests after {result.window_s:.1f} s")
    return result


def ordinary(bench: Bench, merchant_id: str, wanted: int) -> list[bytes]:
    """Returns one refund request for each of many payments."""
    payment_ids, _ = bench.seeder.payments(wanted, [merchant_id])
    return [refund_request(bench.seeder, p, f"ref-{p}", LARGE_AMOUNT) for p in payment_ids]


def hot(bench: Bench, merchant_id: str, wanted: int) -> list[bytes]:
    """Returns requests for many refunds of one payment, then of the next, and so on."""
    return list(_of_hot_payments(bench, merchant_id, wanted, lambda number: f"hot-{number}"))


def used_keys(bench: Bench, merchant_id: str, wanted: int) -> list[bytes]:  # noqa: ARG001 - they are repeated
    """Returns one request for each client. All of them use keys of another payment, so they are refused."""
    payment_ids, _ = bench.seeder.payments(PAYMENTS_OF_USED_KEYS, [merchant_id])
    keys = _use_keys(bench, merchant_id)
    targets = zip(keys, cycle(payment_ids), strict=False)
    return [refund_request(bench.seeder, payment_id, key, LARGE_AMOUNT) for key, payment_id in targets]


def one_used_key(bench: Bench, merchant_id: str, wanted: int) -> list[bytes]:
    """Returns the requests of `hot`, but every 64th request uses a key of another payment."""
    used = _use_keys(bench, merchant_id)
    in_turn = (used[number % len(used)] if number % ONE_IN == 0 else f"hot-{next(_numbers)}" for number in count())
    return list(_of_hot_payments(bench, merchant_id, wanted, lambda _: next(in_turn)))


def _of_hot_payments(bench: Bench, merchant_id: str, wanted: int, key_of: Callable[[int], str]) -> Iterator[bytes]:
    payments = -(-wanted // REFUNDS_OF_HOT)
    captured = LARGE_AMOUNT * (REFUNDS_OF_HOT + 1)
    payment_ids, _ = bench.seeder.payments(payments, [merchant_id], captured)
    for payment_id in payment_ids:
        for _ in range(REFUNDS_OF_HOT):
            yield refund_request(bench.seeder, payment_id, key_of(next(_numbers)), LARGE_AMOUNT)


def _use_keys(bench: Bench, merchant_id: str) -> list[str]:
    keys = [f"used-{next(_numbers)}" for _ in range(CLIENTS)]
    (payment_id,), _ = bench.seeder.payments(1, [merchant_id], LARGE_AMOUNT * (CLIENTS + 1))
    run_load(
        bench.plan(
            [refund_request(bench.seeder, payment_id, key, LARGE_AMOUNT) for key in keys], connections=8, seconds=30.0
        )
    )
    return keys


Requests = Callable[[Bench, str, int], list[bytes]]

NEIGHBOURS: dict[str, Requests | None] = {
    ANONYMOUS: None,
    ORDINARY: ordinary,
    "hot": hot,
    "used_keys": used_keys,
    "one_used_key": one_used_key,
}


def summed_up(name: str, runs: Mapping[str, Sequence[Run]]) -> Measurement:
    """Returns the measurement of the round with the median rate. Its figures are medians of all rounds.

    The figures also have the ratios to the medians of `nobody` and `ordinary`.
    """
    found = runs[name]
    by_rate = sorted(found, key=lambda run: run.others.ops_per_s)
    middle = by_rate[len(by_rate) // 2]
    figures = {"others_per_s": _rate(found), "others_p99_ms": _p99(found)}
    for base in (ANONYMOUS, ORDINARY):
        if base != name:
            figures[f"rate_to_{base}"] = round(_rate(found) / max(_rate(runs[base]), 0.1), 3)
            figures[f"p99_to_{base}"] = round(_p99(found) / max(_p99(runs[base]), 0.1), 3)
    beside = [run.neighbour for run in found if run.neighbour is not None]
    if beside:
        figures["neighbour_per_s"] = round(median(result.ops_per_s for result in beside), 1)
        figures["neighbour_refused"] = float(sum(result.answered - result.accepted for result in beside))
        figures["neighbour_lost"] = float(sum(result.timed_out + result.broken for result in beside))
    return msgspec.structs.replace(
        middle.others, name=f"beside_{name}", errors=sum(run.others.errors for run in found), figures=figures
    )


def _rate(runs: Sequence[Run]) -> float:
    return median(run.others.ops_per_s for run in runs)


def _p99(runs: Sequence[Run]) -> float:
    return median(run.others.latency_ms.p99 for run in runs if run.others.latency_ms is not None)
