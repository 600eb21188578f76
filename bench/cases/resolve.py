"""Measures how fast parameters are resolved, both in process (as for every refund) and over HTTP."""

from bench.load.requests import request_bytes
from bench.measure.result import Measurement
from bench.support.bench import Bench
from bench.support.resolve_in_process import in_process
from refunds.domain.settings.parameters import DEFINITIONS

SECONDS = 10.0
CONNECTIONS = 128


def run(bench: Bench) -> list[Measurement]:
    """Measures the resolution in process and over HTTP."""
    headers = {"Authorization": bench.seeder.token}
    requests = [
        request_bytes("GET", f"/v1/parameters/resolve?name={name}&tenant_id={merchant_id}", headers=headers)
        for merchant_id in bench.seeder.merchants
        for name in DEFINITIONS
    ]
    plan = bench.plan(
        requests,
        connections=CONNECTIONS,
        seconds=bench.options.seconds_or(SECONDS),
        is_repeated=True,
    )
    what = f"GET /v1/parameters/resolve, {CONNECTIONS} connections"
    return [in_process(), bench.measure("resolve_http", what, plan)]
