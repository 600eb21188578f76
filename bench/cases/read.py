"""Measures `GET /v1/refunds/{id}`. The answer comes from a majority read of the payment's document."""

from bench.errors import NothingToRead
from bench.load.requests import request_bytes
from bench.load.spawn import run_load
from bench.measure.result import Measurement
from bench.support.bench import Bench
from bench.support.refund_requests import CAPTURE_ID, LARGE_AMOUNT, one_refund_each

SECONDS = 10.0
REFUNDS = 2_000
CONNECTIONS = 128


def run(bench: Bench) -> list[Measurement]:
    """Creates refunds, and then measures repeated reads of these refunds."""
    requests = one_refund_each(bench.seeder, REFUNDS, LARGE_AMOUNT)
    made = run_load(bench.plan(requests, connections=32, seconds=120.0, capture=CAPTURE_ID))
    if not made.captured:
        raise NothingToRead(made.refused_sample)
    headers = {"Authorization": bench.seeder.token}
    reads = [request_bytes("GET", f"/v1/refunds/{r}", headers=headers) for r in made.captured]
    plan = bench.plan(
        reads,
        connections=CONNECTIONS,
        seconds=bench.options.seconds_or(SECONDS),
        is_repeated=True,
    )
    what = f"GET /v1/refunds/{{id}}, {CONNECTIONS} connections"
    return [bench.measure("read", what, plan)]
