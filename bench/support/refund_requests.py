"""Requests for refunds of seeded payments, shared by the cases that create some."""

from bench.instance.seeding import Seeder
from bench.load.requests import request_bytes

SMALL_AMOUNT = 1_000
"""Goes on to the gateway by itself."""

LARGE_AMOUNT = 200_000
"""Needs approval by the default rule (1,000.00), so it rests after its creation."""

CAPTURE_ID = '"id": ?"(ref_[0-9a-z]+)"'


def refund_request(seeder: Seeder, payment_id: str, key: str, amount: int) -> bytes:
    """One `POST /v1/refunds`."""
    body = {
        "payment_id": payment_id,
        "amount": amount,
        "currency": "USD",
        "reason": {"code": "requested_by_customer", "text": "The parcel arrived damaged."},
        "metadata": {"order": key},
    }
    return request_bytes("POST", "/v1/refunds", headers=seeder.headers(key), body=body)


def one_refund_each(seeder: Seeder, wanted: int, amount: int) -> list[bytes]:
    """A request for each of that many new payments."""
    payment_ids, _ = seeder.payments(wanted)
    return [refund_request(seeder, p, f"ref-{p}", amount) for p in payment_ids]
