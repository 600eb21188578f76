"""Measures how fast `POST /v1/refunds` on different payments is answered durably, and what each answer costs.

`create_1` and `create_128` request refunds that then wait for approval, so only creating is measured. `create_128_busy`
requests ordinary refunds, which gateway-integration settles at the same time.
"""

from bench.measure.result import Measurement
from bench.support.bench import Bench
from bench.support.refund_requests import LARGE_AMOUNT, SMALL_AMOUNT, one_refund_each
from bench.support.settled import wait_until_settled

SECONDS = 10.0
PER_S_MAX = 6_000
PER_S_MAX_ALONE = 1_500
WARM_UP = 1_000
MARGIN = 2.5
"""Payments are created for this multiple of the warm-up's rate, because the measured rate is higher."""


def run(bench: Bench) -> list[Measurement]:
    """Measures `create_1`, `create_128` and `create_128_busy`, after a warm-up."""
    warm = one_run(bench, "warm-up", 128, WARM_UP, LARGE_AMOUNT)
    seconds = bench.options.seconds_or(SECONDS)
    wide, alone = (int(min(most, warm.ops_per_s * MARGIN) * seconds) for most in (PER_S_MAX, PER_S_MAX_ALONE))
    measured = [
        one_run(bench, "create_1", 1, alone, LARGE_AMOUNT),
        one_run(bench, "create_128", 128, wide, LARGE_AMOUNT),
        one_run(bench, "create_128_busy", 128, wide, SMALL_AMOUNT),
    ]
    wait_until_settled(bench)
    return measured


def one_run(bench: Bench, name: str, connections: int, wanted: int, amount: int) -> Measurement:
    """Measures a load in a closed loop. The load ends when the payments or the time are used up."""
    seconds = bench.options.seconds_or(SECONDS)
    requests = one_refund_each(bench.seeder, wanted, amount)
    what = f"POST /v1/refunds, {connections} connections" + (", settled meanwhile" if amount == SMALL_AMOUNT else "")
    return bench.measure(name, what, bench.plan(requests, connections=connections, seconds=seconds))
