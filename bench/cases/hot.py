"""Measures 64 clients that request many small refunds of one payment.

The limit of refunds per payment is raised for this. No refund may be lost or made twice.
"""

import msgspec

from bench.instance.http import call
from bench.measure.result import Measurement, measurement_of
from bench.support.bench import Bench
from bench.support.refund_requests import refund_request
from bench.support.settled import wait_until_settled

CLIENTS = 64
REFUNDS = 2_000
SECONDS_MAX = 60.0
PARAMETER, USUAL = "refunds_per_payment_max", 100


class Amounts(msgspec.Struct):
    """The amounts of a payment, as the API shows them."""

    captured_amount: int
    reserved_amount: int
    refunded_amount: int


def run(bench: Bench) -> list[Measurement]:
    """Requests refunds until the payment has the maximum number of refunds, or until the time is over."""
    bench.seeder.set_parameter(PARAMETER, REFUNDS)
    try:
        return [_run(bench)]
    finally:
        wait_until_settled(bench)
        bench.seeder.set_parameter(PARAMETER, USUAL)


def _run(bench: Bench) -> Measurement:
    (payment_id,), _ = bench.seeder.payments(1)
    keys = (f"hot-{number}-{payment_id}" for number in range(REFUNDS))
    requests = [refund_request(bench.seeder, payment_id, key, 1) for key in keys]
    bench.say(f"hot: {CLIENTS} clients on one payment")
    plan = bench.plan(requests, connections=CLIENTS, seconds=bench.options.seconds_or(SECONDS_MAX))
    result, meter = bench.watch(plan)
    amounts = payment_amounts(bench, payment_id)
    held = amounts.reserved_amount + amounts.refunded_amount
    figures = {"accepted": float(result.accepted), "held_minus_accepted": float(held - result.accepted)}
    what = f"POST /v1/refunds, {CLIENTS} clients on one payment"
    return measurement_of("hot", what, result, meter, figures)


def payment_amounts(bench: Bench, payment_id: str) -> Amounts:
    """Reads the current amounts of the payment."""
    headers = {"Authorization": bench.seeder.token}
    answer = call(bench.ready.url, "GET", f"/v1/payments/{payment_id}", headers=headers)
    return msgspec.json.decode(answer, type=Amounts)
