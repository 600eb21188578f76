"""Measures refunds that go well while 1,000 refunds of 40 merchants time out at the gateway.

The other merchants' refunds are measured alone first, and then together with those that time out. The time until all
1,000 have ended is measured too. The instance's time-out for the gateway is 10 s. The wait before a status query is set
to 1 s. So the time in the queue is measured, and not the planned waits.
"""

from time import perf_counter, sleep

import msgspec

from bench.load.histogram import Histogram
from bench.measure.result import LatencyMs, Measurement, measurement_of
from bench.support.bench import Bench
from bench.support.refund_requests import SMALL_AMOUNT, one_refund_each, refund_request
from bench.support.settled import settlements, wait_until_settled
from refunds.adapters.local.clock import SystemClock

MERCHANTS, REFUNDS_EACH = 40, 25
TOKEN = "tok_timeout_before_move"
RATE_PER_S = 20.0
SECONDS = 60.0
CONNECTIONS = 32
ENDED_S_MAX = 3_600.0
PARAMETER, USUAL_S, SHORT_S = "gateway_status_ask_delay_s", 30, 1
_STEP_S = 1.0


def run(bench: Bench) -> list[Measurement]:
    """Returns two measurements of the other merchants, and one of the refunds that time out."""
    bench.seeder.set_parameter(PARAMETER, SHORT_S)
    try:
        alone = _others(bench, "fair_alone", "others alone, created to settled", {})
        hanging = _hanging(bench)
        began_s = perf_counter()
        beside = _others(bench, "fair_beside", "others beside 1,000 refunds of 40 merchants that time out", {})
        ended = _ended(bench, hanging, began_s)
        return [alone, beside, ended]
    finally:
        bench.seeder.set_parameter(PARAMETER, USUAL_S)


def _others(bench: Bench, name: str, what: str, figures: dict[str, float]) -> Measurement:
    """Measures refunds that go well, in an open loop. The latency is the time from creation to settlement."""
    seconds = bench.options.seconds_or(SECONDS)
    requests = one_refund_each(bench.seeder, int(RATE_PER_S * seconds), SMALL_AMOUNT)
    bench.say(f"{name}: {what}, {RATE_PER_S:.0f}/s for {seconds:.0f} s")
    began = SystemClock().now()
    plan = bench.plan(requests, connections=CONNECTIONS, seconds=seconds + 1, rate_per_s=RATE_PER_S)
    result, meter = bench.watch(plan)
    wait_until_settled(bench)
    settled = Histogram()
    for settlement in settlements(bench, began):
        if settlement.is_completed:
            settled.record(settlement.updated_s - settlement.created_s)
            figures["completed"] = figures.get("completed", 0.0) + 1
    measured = measurement_of(name, what, result, meter, figures | {"rate_per_s": RATE_PER_S})
    found = settled.latency()
    latency = LatencyMs(mean=found.mean, p50=found.p50, p95=found.p95, p99=found.p99, max=found.max)
    return msgspec.structs.replace(measured, latency_ms=latency)


def _hanging(bench: Bench) -> list[str]:
    """Requests all refunds that time out, and returns the ids of their merchants."""
    merchants = [bench.seeder.merchant(f"hang{number:02d}") for number in range(MERCHANTS)]
    payment_ids, _ = bench.seeder.payments(MERCHANTS * REFUNDS_EACH, merchants, token=TOKEN)
    bench.say(f"fair: {len(payment_ids)} refunds of {MERCHANTS} merchants that time out")
    requests = [refund_request(bench.seeder, one, f"ref-{one}", SMALL_AMOUNT) for one in payment_ids]
    bench.watch(bench.plan(requests, connections=CONNECTIONS, seconds=60.0))
    return merchants


def _ended(bench: Bench, merchants: list[str], began_s: float) -> Measurement:
    """Measures how many refunds of these merchants have ended, and when the last one ended."""
    wanted = {"merchant_id": {"$in": merchants}}
    is_open = wanted | {"due_at": {"$exists": True}}
    payments, left, said_s = bench.database["payments"], MERCHANTS * REFUNDS_EACH, 0.0
    while left and perf_counter() - began_s < ENDED_S_MAX:
        sleep(_STEP_S)
        left = int(payments.count_documents(is_open))
        if perf_counter() - said_s > 60:
            said_s = perf_counter()
            bench.say(f"  {left} still wait after {perf_counter() - began_s:.0f} s")
    seconds = perf_counter() - began_s
    ends: dict[str, int] = {}
    for document in payments.find(wanted, {"refunds.status": 1, "refunds.attempts.tries": 1}):
        for refund in document["refunds"]:
            end = f"{refund['status']} after {refund['attempts'][-1]['tries']} submissions"
            ends[end] = ends.get(end, 0) + 1
    return Measurement(
        name="fair_ended",
        what="until all 1,000 refunds that time out have ended",
        operations=MERCHANTS * REFUNDS_EACH - left,
        errors=left,
        seconds=round(seconds, 1),
        figures={"all_ended_s": round(seconds, 1), "still_open": float(left)},
        notes=[f"{count} {end}" for end, count in sorted(ends.items())],
    )
