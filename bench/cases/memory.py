"""Measures the highest memory of all Python processes under a steady load, and how fast this memory grows.

The sandbox gateway is counted apart from the product. Its books grow with every refund, because a gateway forgets none.
"""

from bench.measure.groups import LAUNCHER, SANDBOX, SERVICES
from bench.measure.result import Measurement, measurement_of
from bench.support.bench import Bench
from bench.support.refund_requests import SMALL_AMOUNT, one_refund_each
from bench.support.settled import wait_until_settled

SECONDS = 60.0
RATE_PER_S = 500.0
SLOPE_SECONDS_MIN = 30.0
CONNECTIONS = 64


def run(bench: Bench) -> list[Measurement]:
    """Requests RATE_PER_S refunds per second and measures memory every second."""
    seconds = bench.options.seconds_or(SECONDS)
    requests = one_refund_each(bench.seeder, int(RATE_PER_S * seconds), SMALL_AMOUNT)
    bench.say(f"memory: {RATE_PER_S:.0f} refunds/s for {seconds:.0f} s")
    plan = bench.plan(requests, connections=CONNECTIONS, seconds=seconds + 1, rate_per_s=RATE_PER_S)
    result, meter = bench.watch(plan)
    figures = {
        "python_end_mb": round(meter.readings[-1].python_mb, 1),
        "python_peak_of_all_runs_mb": round(bench.peak_python_mb, 1),
    }
    if seconds >= SLOPE_SECONDS_MIN:
        figures["product_slope_mb_per_min"] = round(meter.slope_mb_per_min(SERVICES, LAUNCHER), 2)
        figures["sandbox_slope_mb_per_min"] = round(meter.slope_mb_per_min(SANDBOX), 2)
        figures["sandbox_bytes_per_refund"] = round(meter.slope_mb_per_min(SANDBOX) * 1e6 / (RATE_PER_S * 60))
    wait_until_settled(bench)
    what = f"steady {RATE_PER_S:.0f} refunds/s, created to settled"
    return [measurement_of("memory", what, result, meter, figures)]
