"""Builds refund requests with merchants' tokens. Each is sent many times, always with a new idempotency key."""

from collections.abc import Sequence

from bench.instance.seeding import Seeder
from bench.instance.tokens import bearer
from bench.load.plan import SERIAL
from bench.load.requests import request_bytes

REFUNDS_PER_PAYMENT_MAX = 20


def numbered_requests(seeder: Seeder, merchants: Sequence[str], wanted: int, amount: int, name: str) -> list[bytes]:
    """Returns a request for each of about `wanted` new payments. Keys contain `name` and the request's number."""
    tokens = {merchant: bearer(seeder.ready, "service", scope_id=merchant) for merchant in merchants}
    requests = []
    for merchant in merchants:
        payment_ids, _ = seeder.payments(wanted // len(merchants) + 1, [merchant], amount * REFUNDS_PER_PAYMENT_MAX)
        for payment_id in payment_ids:
            body = {
                "payment_id": payment_id,
                "amount": amount,
                "currency": "USD",
                "reason": {"code": "requested_by_customer", "text": "The parcel arrived damaged."},
            }
            key = f"{name}-{seeder.run}-{SERIAL.decode()}"
            headers = {"Authorization": tokens[merchant], "Idempotency-Key": key}
            requests.append(request_bytes("POST", "/v1/refunds", headers=headers, body=body))
    step = wanted // len(merchants) + 1
    return [requests[of * step + number] for number in range(step) for of in range(len(merchants))]
