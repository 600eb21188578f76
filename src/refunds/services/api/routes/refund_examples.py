"""Contains examples of requests and responses about refunds, for the API's documentation."""

from datetime import UTC, datetime

from refunds.domain.attempt.reconciliation import Resolution
from refunds.services.api.fields import LineItemBody, ReasonBody
from refunds.services.api.response_models import AttemptOut, Destination, EventOut, EventPageOut, RefundOut, WhyOut
from refunds.services.api.routes.refund_bodies import (
    ApprovalDecision,
    CreateRefundBody,
    DecideApprovalBody,
    ReconcileRefundBody,
)

_AT = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
EXAMPLE_REFUND_ID = "ref_01km1d0v8x7f3a9k2b5c8d1e4g7h"

EXAMPLE_REQUEST = CreateRefundBody(
    payment_id="pay_01",
    amount=2_500,
    currency="EUR",
    reason=ReasonBody(code="requested_by_customer", text="One shoe is missing."),
    line_items=[LineItemBody(id="shoes", amount=2_500, tax_amount=399)],
    metadata={"ticket": "77"},
)
EXAMPLE_ALL = CreateRefundBody(payment_id="pay_01", reason=ReasonBody(code="duplicate"))
EXAMPLE_RECONCILIATION = ReconcileRefundBody(resolution=Resolution.COMPLETED, note="INC-77")
EXAMPLE_DECISION = DecideApprovalBody(decision=ApprovalDecision.APPROVE, text="Checked with the shop.")

EXAMPLE_REFUND = RefundOut(
    id=EXAMPLE_REFUND_ID,
    payment_id="pay_01",
    merchant_id="mer_01",
    status="processing",
    status_reason=None,
    amount=2_500,
    currency="EUR",
    method="original_payment",
    destination=Destination(type="credit_card", brand="visa", last4="4242"),
    reason=EXAMPLE_REQUEST.reason,
    line_items=EXAMPLE_REQUEST.line_items,
    fees=(),
    violations=(),
    approvals_required=0,
    approvals=(),
    attempts=[
        AttemptOut(
            id="att_01km1d0v8x7f3a9k2b5c8d1e4g7h01",
            gateway="sandbox",
            gateway_refund_id=None,
            outcome="open",
            tries=1,
            error=None,
            at=_AT,
        )
    ],
    arn=None,
    expected_at=None,
    created_at=_AT,
    updated_at=_AT,
    created_by="user_7",
    metadata={"ticket": "77"},
)
EXAMPLE_EVENTS = EventPageOut(
    data=[
        EventOut(
            id="evt_01_2_0",
            type="refund.requested",
            at=_AT,
            refund_id=EXAMPLE_REFUND_ID,
            actor="user_7",
            from_status=None,
            status="draft",
            amount=2_500,
            code=None,
        )
    ],
    next_cursor=None,
)
EXAMPLE_WHY = WhyOut(
    refund_id=EXAMPLE_REFUND_ID,
    status="pending_approval",
    because=(
        "Refunds of 1,000.00 EUR or more need approval. Approvals that this refund needs: 1. Approvals that it has: 0."
    ),
    next="Approvals still needed: 1. Any administrator except user_7 can approve the refund.",
    next_at=None,
    waits_for="approver",
)
