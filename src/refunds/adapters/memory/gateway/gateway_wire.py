"""Writes the simulated gateway's answers and webhooks in the sandbox's format.

The HTTP gateway's code reads these bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from refunds.adapters.gateways.answers import HttpAnswer

encode = msgspec.json.Encoder().encode

PENDING, SUCCEEDED, FAILED = "pending", "succeeded", "failed"


@dataclass(slots=True, kw_only=True)
class GatewayRefund:
    """A refund in the simulated gateway's books.

    `reference` is this service's id of the attempt. It is empty for a refund that people made at the gateway.
    `first_status` is the status in the first answer. `status` is the current status, and `changed_at` is when it began.
    `alias` is a second id, which answers use instead of `id`.

    Status queries find the refund from `seen_from` on. Answers and webhooks contain times only if `reports_time` is
    True, and this service's reference only if `reports_reference` is True. `clock_off` is added to the times.

    If `is_misquoted` is True, the first answer contains another amount. If `is_idless` is True, the first answer
    contains no id. If `is_forgetful` is True, the first webhook does not contain the reference.
    """

    id: str
    reference: str
    gateway_payment_id: str
    amount: int
    currency: str
    fingerprint: str
    first_status: str
    status: str
    raw_code: str
    made_at: datetime
    changed_at: datetime
    seen_from: datetime
    arn: str
    alias: str = ""
    is_accepted_only: bool = False
    reports_time: bool = True
    reports_reference: bool = True
    is_silent: bool = False
    is_elusive: bool = False
    is_misquoted: bool = False
    is_idless: bool = False
    is_forgetful: bool = False
    clock_off: timedelta = timedelta()
    events: int = 0

    @property
    def is_hidden(self) -> bool:
        """True while no status query finds the refund, as if the gateway read an outdated copy of its books."""
        return self.is_elusive and self.status == PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayWebhook:
    """A webhook that the gateway sends. The gateway may send the same event more than once."""

    event_id: str
    body: bytes


def first_answer(refund: GatewayRefund) -> HttpAnswer:
    """Returns the answer to a submission. A repeat gets the same answer while the gateway remembers the key."""
    if refund.first_status == FAILED:
        return error(402, refund.raw_code, gateway_refund_id=refund.id)
    if refund.is_accepted_only:
        fields = {"reference": refund.reference, "gateway_payment_id": refund.gateway_payment_id, "status": "accepted"}
        return HttpAnswer(status=202, body=encode(fields))
    answered = _fields(refund, refund.first_status, refund.made_at, "")
    if refund.is_misquoted:
        answered["amount"] += 1
    if refund.is_idless:
        del answered["gateway_refund_id"]
    return HttpAnswer(status=201, body=encode(answered))


def status_answer(refund: GatewayRefund) -> HttpAnswer:
    """Returns the answer to a status query."""
    return HttpAnswer(status=200, body=encode(_fields(refund, refund.status, refund.changed_at, refund.raw_code)))


def webhook(refund: GatewayRefund, kind: str) -> GatewayWebhook:
    """Returns a webhook that reports the refund's current status."""
    event_id = f"evt_{refund.id}_{refund.events}"
    refund.events += 1
    fields = _fields(refund, refund.status, refund.changed_at, refund.raw_code)
    fields["gateway_refund_id"] = refund.id
    if refund.is_forgetful and refund.events == 1:
        fields.pop("reference", None)
    created_at = refund.changed_at + refund.clock_off
    body = {"type": f"refund.{kind}", "id": event_id, "created_at": created_at, "data": fields}
    return GatewayWebhook(event_id=event_id, body=encode(body))


def error(status: int, raw_code: str, *, retry_after: str = "", gateway_refund_id: str = "") -> HttpAnswer:
    """Returns an answer with the error status `status`. Its body contains `raw_code` as the code of the error."""
    body: dict[str, Any] = {"error": {"code": raw_code, "message": raw_code}}
    if gateway_refund_id:
        body["gateway_refund_id"] = gateway_refund_id
    return HttpAnswer(status=status, body=encode(body), retry_after=retry_after)


NOT_FOUND = error(404, "refund_not_found")


def _fields(refund: GatewayRefund, status: str, at: datetime, raw_code: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "gateway_refund_id": refund.alias or refund.id,
        "gateway_payment_id": refund.gateway_payment_id,
        "status": status,
        "amount": refund.amount,
        "currency": refund.currency,
    }
    optional: Mapping[str, tuple[bool, Any]] = {
        "reference": (refund.reports_reference and bool(refund.reference), refund.reference),
        "arn": (status != PENDING and SUCCEEDED in (refund.first_status, refund.status), refund.arn),
        "updated_at": (refund.reports_time, at + refund.clock_off),
        "raw_code": (bool(raw_code), raw_code),
    }
    fields.update({name: value for name, (is_reported, value) in optional.items() if is_reported})
    return fields
