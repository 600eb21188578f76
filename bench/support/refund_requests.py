"""Builds requests for refunds of the payments that were seeded."""

from bench.instance.seeding import Seeder
from bench.load.requests import request_bytes

SMALL_AMOUNT = 1_000
"""Amount of a refund that needs no approval. Such a refund goes to the gateway at once."""

LARGE_AMOUNT = 200_000
"""Amount of a refund that needs approval by the default rule (1,000.00). So the refund waits after its creation."""

CAPTURE_ID = '"id": ?"(ref_[0-9a-z]+)"'


def refund_request(seeder: Seeder, payment_id: str, key: str, amount: int) -> bytes:
    """Returns the bytes of one `POST /v1/refunds`."""
    body = {
        "payment_id": payment_id,
        "amount": amount,
        "currency": "USD",
        "reason": {"code": "requested_by_customer", "text": "The parcel arrived damaged."},
        "metadata": {"order": key},
    }
    return request_bytes("POST", "/v1/refunds", headers=seeder.headers(key), body=body)


def one_refund_each(seeder: Seeder, wanted: int, amount: int) -> list[bytes]:
    """Creates `wanted` payments, and returns one refund request for each."""
    payment_ids, _ = seeder.payments(wanted)
    return [refund_request(seeder, p, f"ref-{p}", amount) for p in payment_ids]
