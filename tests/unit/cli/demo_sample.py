"""The sample and the refund of the demonstration's tests."""

from datetime import UTC, datetime
from typing import Any

from refunds_embedded.sample.requests import make_sample

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

SAMPLE = make_sample(seed=1, payments_count=400, requests_count=400)

REFUND: dict[str, Any] = {
    "id": "ref_1",
    "payment_id": "pay_1",
    "merchant_id": "mer_1",
    "status": "completed",
    "amount": 100,
    "currency": "USD",
    "method": "original_payment",
    "created_at": NOW.isoformat(),
    "updated_at": NOW.isoformat(),
}
