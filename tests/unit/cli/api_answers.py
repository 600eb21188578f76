"""What the API answers in tests of the command line, and a refund and a payment as it writes them."""

from collections.abc import Callable
from typing import Any

from tests.support.processes.command_line import Ran

AT = "2026-03-01T12:00:00Z"

PAYMENT: dict[str, Any] = {
    "id": "pay_1",
    "merchant_id": "mer_1",
    "captured_amount": 10_500,
    "refunded_amount": 500,
    "reserved_amount": 0,
    "refundable_amount": 10_000,
    "currency": "KWD",
    "payment_method": {"type": "credit_card", "token": "tok_ok", "brand": "", "last4": ""},
    "gateway": "sandbox",
    "gateway_payment_id": "gp_1",
    "dispute": "none",
    "captured_at": AT,
}

REFUND: dict[str, Any] = {
    "id": "ref_1",
    "payment_id": "pay_1",
    "merchant_id": "mer_1",
    "status": "failed",
    "status_reason": {"code": "declined", "message": "The issuer declined."},
    "amount": 2_500,
    "currency": "KWD",
    "method": "original_payment",
    "reason": {"code": "duplicate", "text": ""},
    "approvals": [{"by": "ann", "role": "bank_admin", "decision": "approved", "at": AT, "text": "fine"}],
    "attempts": [
        {
            "id": "att_1",
            "gateway": "sandbox",
            "gateway_refund_id": "sbr_1",
            "outcome": "failed",
            "tries": 1,
            "error": {"code": "declined", "raw": "do_not_honor"},
            "at": AT,
        }
    ],
    "arn": "7123",
    "created_at": AT,
    "updated_at": AT,
    "created_by": "developer",
}

TENANT = {"id": "mer_1", "kind": "merchant", "parent_id": "org_1", "name": "Shoes"}

RESOLVED = {
    "name": "refund_window_days",
    "value": 90,
    "source": "bnk_1",
    "set_by": "ann",
    "effective_from": AT,
    "expires_at": None,
}

ANSWERS: dict[str, Any] = {
    "GET /v1/payments/pay_1": PAYMENT,
    "POST /v1/payments": PAYMENT,
    "POST /v1/refunds": REFUND,
    "GET /v1/refunds/ref_1": REFUND,
    "POST /v1/refunds/ref_1/cancel": REFUND,
    "POST /v1/refunds/ref_1/submit": REFUND,
    "POST /v1/refunds/ref_1/approvals": REFUND,
    "GET /v1/refunds": {"data": [REFUND], "next_cursor": "next"},
    "GET /v1/refunds/ref_1/why": {
        "refund_id": "ref_1",
        "status": "unknown",
        "because": "The sandbox did not answer.",
        "next": "It is asked again.",
        "next_at": AT,
        "waits_for": "gateway",
    },
    "GET /v1/refunds/ref_1/events": {
        "data": [
            {
                "id": "evt_1",
                "type": "refund.requested",
                "at": AT,
                "actor": "ann",
                "from_status": None,
                "status": "draft",
            }
        ],
        "next_cursor": None,
    },
    "POST /v1/tenants": TENANT,
    "GET /v1/tenants/mer_1": TENANT,
    "GET /v1/tenants/platform/children": {"data": [TENANT], "next_cursor": None},
    "GET /v1/parameters": {
        "data": [{"name": "refund_window_days", "type": "integer", "default": 180, "description": "Days."}]
    },
    "GET /v1/parameters/resolve": RESOLVED,
    "POST /v1/parameters/refund_window_days/values": {"id": "prv_1", "value": 90},
}

Run = Callable[..., Ran]
