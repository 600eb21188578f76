"""Webhooks as the sandbox signs them, and as somebody else might."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks import Webhook


def a_notice(status: str = "succeeded", **data: Any) -> dict[str, Any]:
    """The body of a webhook on refund att_1 of 60 USD."""
    known = {
        "gateway_refund_id": "sbr_1",
        "reference": "att_1",
        "gateway_payment_id": "gp_1",
        "amount": 60,
        "currency": "USD",
        "status": status,
        "arn": None,
    }
    return {"type": f"refund.{status}", "id": "sbe_1", "data": known | data}


def signed(notice: Any, secret: str, *, age_s: float = 0.0) -> tuple[Mapping[str, str], bytes]:
    """Headers and body of a webhook that was signed so long ago; `notice` as JSON, or bytes as they are."""
    body = notice if isinstance(notice, bytes) else json.dumps(notice).encode()
    at = datetime.now(UTC) - timedelta(seconds=age_s)  # noqa: TID251 - signatures are checked against the real clock
    signature = Webhook(secret).sign(msg_id="sbe_1", timestamp=at, data=body.decode("utf-8", "surrogateescape"))
    headers = {"webhook-id": "sbe_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    return headers | {"content-type": "application/json"}, body
