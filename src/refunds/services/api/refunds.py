"""Routes of refunds: ask for one, read it, hand a draft in, cancel, decide, and why it stands as it does."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct

from refunds.domain.money import EXPONENTS
from refunds.domain.payment import Decision, Reason, RefundMethod
from refunds.domain.tenancy import TenantKind
from refunds.domain.waiting import explain
from refunds.ports.clock import Clock
from refunds.ports.payments import PaymentStore
from refunds.runtime.auth import Gate
from refunds.runtime.bodies import BodyReader, fingerprint
from refunds.runtime.calls import REPLAYED, Answer, Call, Endpoint, Example, json_answer
from refunds.services.api.fields import (
    Amount,
    Currency,
    LineItemBody,
    LineItems,
    Metadata,
    PaymentId,
    ReasonBody,
    Text,
    line_items_of,
)
from refunds.services.api.payments import etag
from refunds.services.api.shapes import (
    AttemptOut,
    Destination,
    EventOut,
    EventPageOut,
    RefundOut,
    WhyOut,
    event_out,
    refund_out,
    why_out,
)
from refunds.usecases.cabinet import Cabinet
from refunds.usecases.cancel_refund import CancelRefund
from refunds.usecases.create_refund import CreateRefund, CreateRefundCommand
from refunds.usecases.decide_approval import DecideApproval
from refunds.usecases.submit_refund import SubmitRefund

ROUTE = "POST /v1/refunds"
LARGE_FROM_MAJOR = 10_000
"""Refunds of this many whole units of the currency need a recent second factor of whoever decides on them."""


class CreateRefundBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Asks for a refund. Without `amount`, all that is left; with `submit` false, a draft that reserves nothing."""

    payment_id: PaymentId
    reason: ReasonBody
    amount: Amount | None = None
    currency: Currency | None = None
    method: RefundMethod = RefundMethod.ORIGINAL_PAYMENT
    line_items: LineItems = []
    metadata: Metadata = {}
    submit: bool = True


class NoBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """Nothing, or an empty object."""


class ApprovalDecision(StrEnum):
    """What an approver says."""

    APPROVE = "approve"
    REJECT = "reject"


class DecideApprovalBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """One person's decision."""

    decision: ApprovalDecision
    text: Text = ""


def command_of(body: CreateRefundBody, key: str) -> CreateRefundCommand:
    """The request for the use case; used by single requests and by rows of a file alike."""
    return CreateRefundCommand(
        payment_id=body.payment_id,
        idempotency_key=key,
        fingerprint=fingerprint(ROUTE, body),
        amount=body.amount,
        currency=body.currency,
        method=body.method,
        reason=Reason(code=body.reason.code, text=body.reason.text),
        line_items=line_items_of(body.line_items) if body.line_items else (),
        metadata=body.metadata or None,
        is_submitted=body.submit,
    )


def _answer(decision: Decision, status: int = 200) -> Answer:
    headers = (etag(decision.payment), (b"location", f"/v1/refunds/{decision.refund.id}".encode()))
    return json_answer(
        refund_out(decision.payment, decision.refund), status, (*headers, *REPLAYED) if decision.replayed else headers
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRoutes:
    """The handlers with what they need."""

    payments: PaymentStore
    cabinet: Cabinet
    clock: Clock
    gate: Gate
    create_refund: CreateRefund
    cancel_refund: CancelRefund
    submit_refund: SubmitRefund
    decide_approval: DecideApproval
    _create_body: BodyReader[CreateRefundBody] = BodyReader(CreateRefundBody)
    _no_body: BodyReader[NoBody] = BodyReader(NoBody)
    _decide_body: BodyReader[DecideApprovalBody] = BodyReader(DecideApprovalBody)

    async def create(self, call: Call) -> Answer:
        """POST /v1/refunds"""
        key = call.idempotency_key()
        body = self._create_body.read(call.body)
        return _answer(await self.create_refund(call.principal, command_of(body, key)), 201)

    async def read(self, call: Call) -> Answer:
        """GET /v1/refunds/{refund_id}"""
        (refund_id,) = call.path_values
        payment = await self.payments.get_by_refund(call.principal.scope, refund_id)
        return json_answer(refund_out(payment, payment.refund(refund_id)), headers=(etag(payment),))

    async def submit(self, call: Call) -> Answer:
        """POST /v1/refunds/{refund_id}/submit"""
        (refund_id,) = call.path_values
        self._check_empty(call)
        return _answer(await self.submit_refund(call.principal, refund_id, expected_version=call.expected_version()))

    async def cancel(self, call: Call) -> Answer:
        """POST /v1/refunds/{refund_id}/cancel"""
        (refund_id,) = call.path_values
        self._check_empty(call)
        return _answer(await self.cancel_refund(call.principal, refund_id, expected_version=call.expected_version()))

    def _check_empty(self, call: Call) -> None:
        if call.body:
            self._no_body.read(call.body)

    async def decide(self, call: Call) -> Answer:
        """POST /v1/refunds/{refund_id}/approvals"""
        (refund_id,) = call.path_values
        body = self._decide_body.read(call.body)
        payment = await self.payments.get_by_refund(call.principal.scope, refund_id)
        if payment.refund(refund_id).amount >= LARGE_FROM_MAJOR * 10 ** EXPONENTS[payment.currency]:
            self.gate.check(call.principal, "decide_large_approval", TenantKind.MERCHANT)
        decision = await self.decide_approval(
            call.principal,
            refund_id,
            is_approved=body.decision is ApprovalDecision.APPROVE,
            text=body.text,
            expected_version=call.expected_version(),
        )
        return _answer(decision)

    async def events(self, call: Call) -> Answer:
        """GET /v1/refunds/{refund_id}/events"""
        (refund_id,) = call.path_values
        history = await self.payments.history(call.principal.scope, refund_id)
        return json_answer(EventPageOut(data=[event_out(event) for event in history], next_cursor=None))

    async def why(self, call: Call) -> Answer:
        """GET /v1/refunds/{refund_id}/why"""
        (refund_id,) = call.path_values
        payment = await self.payments.get_by_refund(call.principal.scope, refund_id)
        now = self.clock.now()
        explanation = explain(payment, payment.refund(refund_id), self.cabinet.limits(payment.path, now), now)
        return json_answer(why_out(refund_id, explanation))

    def endpoints(self) -> list[Endpoint]:
        """The routes."""
        return [
            Endpoint(
                method="POST",
                path="/v1/refunds",
                tag="refunds",
                summary="Ask for a refund",
                description="Durable before it is answered. With `submit` it goes on by itself to its end, or to the "
                "next thing that needs a person.",
                handler=self.create,
                action="request_refund",
                status=201,
                request=CreateRefundBody,
                response=RefundOut,
                needs_key=True,
                problems=(
                    "payment_not_found",
                    "amount_exceeds_refundable",
                    "currency_mismatch",
                    "too_many_refunds",
                    "line_items_do_not_sum",
                    "idempotency_key_reused",
                    "outcome_unknown",
                ),
                request_examples=(
                    Example(summary="A part of it", value=EXAMPLE_REQUEST),
                    Example(summary="All that is left", value=_EXAMPLE_ALL),
                ),
                response_example=EXAMPLE_REFUND,
            ),
            Endpoint(
                method="GET",
                path="/v1/refunds/{refund_id}",
                tag="refunds",
                summary="Read a refund",
                handler=self.read,
                action="read_refunds",
                response=RefundOut,
                problems=("refund_not_found",),
                response_example=EXAMPLE_REFUND,
            ),
            *self._changes(),
            Endpoint(
                method="GET",
                path="/v1/refunds/{refund_id}/events",
                tag="refunds",
                summary="Read what happened to a refund",
                handler=self.events,
                action="read_refunds",
                response=EventPageOut,
                problems=("refund_not_found",),
                response_example=_EXAMPLE_EVENTS,
            ),
            Endpoint(
                method="GET",
                path="/v1/refunds/{refund_id}/why",
                tag="refunds",
                summary="Read why a refund waits, what happens next and when",
                handler=self.why,
                action="read_refunds",
                response=WhyOut,
                problems=("refund_not_found",),
                response_example=_EXAMPLE_WHY,
            ),
        ]

    def _changes(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/v1/refunds/{refund_id}/submit",
                tag="refunds",
                summary="Hand a draft in",
                handler=self.submit,
                action="submit_refund",
                request=NoBody,
                is_body_optional=True,
                takes_if_match=True,
                response=RefundOut,
                problems=(
                    "refund_not_found",
                    "amount_exceeds_refundable",
                    "transition_not_allowed",
                    "version_mismatch",
                    "outcome_unknown",
                ),
                request_examples=(Example(summary="Nothing more to say", value=NoBody()),),
                response_example=EXAMPLE_REFUND,
            ),
            Endpoint(
                method="POST",
                path="/v1/refunds/{refund_id}/cancel",
                tag="refunds",
                summary="Cancel a refund that nothing was sent for",
                handler=self.cancel,
                action="cancel_refund",
                request=NoBody,
                is_body_optional=True,
                takes_if_match=True,
                response=RefundOut,
                problems=("refund_not_found", "refund_not_cancelable", "version_mismatch", "outcome_unknown"),
                request_examples=(Example(summary="Nothing more to say", value=NoBody()),),
                response_example=EXAMPLE_REFUND,
            ),
            Endpoint(
                method="POST",
                path="/v1/refunds/{refund_id}/approvals",
                tag="refunds",
                summary="Approve or reject a refund of somebody else",
                description=f"From {LARGE_FROM_MAJOR} whole units of the currency on, a second factor is needed.",
                handler=self.decide,
                action="decide_approval",
                request=DecideApprovalBody,
                takes_if_match=True,
                response=RefundOut,
                problems=(
                    "refund_not_found",
                    "requester_may_not_approve",
                    "approval_counted_twice",
                    "payment_held",
                    "transition_not_allowed",
                    "version_mismatch",
                    "insufficient_user_authentication",
                    "outcome_unknown",
                ),
                request_examples=(Example(summary="Approved", value=_EXAMPLE_DECISION),),
                response_example=EXAMPLE_REFUND,
            ),
        ]


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
_EXAMPLE_ALL = CreateRefundBody(payment_id="pay_01", reason=ReasonBody(code="duplicate"))
_EXAMPLE_DECISION = DecideApprovalBody(decision=ApprovalDecision.APPROVE, text="Checked with the shop.")

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
_EXAMPLE_EVENTS = EventPageOut(
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
_EXAMPLE_WHY = WhyOut(
    refund_id=EXAMPLE_REFUND_ID,
    status="pending_approval",
    because="auto_approval_below_major asks for 1 approval(s); 0 given.",
    next="1 more approval(s) by an administrator other than user_7 and those who approved.",
    next_at=None,
    waits_for="approver",
)
