"""Handles the routes that request a refund, read it and its events, and explain its status."""

from dataclasses import dataclass

from refunds.domain.attempt.gateway_profiles import Profiles
from refunds.domain.eligibility.approval_rules import with_current_approvals
from refunds.domain.payment.payment import Decision
from refunds.domain.refund.status_explanation import explain
from refunds.ports.clock import Clock
from refunds.ports.payments.payments import PaymentStore
from refunds.runtime.http.endpoint import REPLAYED, Answer, Call, Endpoint, Example, json_answer
from refunds.runtime.schema.decoding import BodyReader
from refunds.services.api.fields import NO_AMOUNT
from refunds.services.api.presenters import event_out, refund_out, why_out
from refunds.services.api.response_models import EventPageOut, RefundOut, WhyOut
from refunds.services.api.routes.payments import etag
from refunds.services.api.routes.refund_bodies import CreateRefundBody, command_of
from refunds.services.api.routes.refund_examples import (
    EXAMPLE_ALL,
    EXAMPLE_EVENTS,
    EXAMPLE_REFUND,
    EXAMPLE_REQUEST,
    EXAMPLE_WHY,
)
from refunds.usecases.refunds.create_refund import CreateRefund
from refunds.usecases.settings.config_cache import TenantConfigCache


def decided(decision: Decision, status: int = 200) -> Answer:
    """Returns the response to a request that created or changed a refund.

    An idempotent replay gets the same kind of response, with a header that marks it as replayed.
    """
    headers = (etag(decision.payment), _location(decision))
    shown = refund_out(decision.payment, decision.refund)
    return json_answer(shown, status, (*headers, *REPLAYED) if decision.replayed else headers)


def _created(decision: Decision) -> Answer:
    """Returns the response to a request for a new refund.

    An idempotent replay gets a response without the ETag header, but with a header that marks it as replayed.
    """
    if not decision.replayed:
        return decided(decision, 201)
    shown = refund_out(decision.payment, decision.refund)
    return json_answer(shown, 201, (_location(decision), *REPLAYED))


def _location(decision: Decision) -> tuple[bytes, bytes]:
    return (b"location", f"/v1/refunds/{decision.refund.id}".encode())


_body = BodyReader(CreateRefundBody, {"/amount": NO_AMOUNT})


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRoutes:
    """Handles the routes that request, read and explain refunds."""

    payments: PaymentStore
    config_cache: TenantConfigCache
    clock: Clock
    create_refund: CreateRefund
    profiles: Profiles

    async def create(self, call: Call) -> Answer:
        """Handles POST /v1/refunds."""
        key = call.idempotency_key()
        body = _body.read(call.body)
        return _created(await self.create_refund(call.principal, command_of(body, key)))

    async def read(self, call: Call) -> Answer:
        """Handles GET /v1/refunds/{refund_id}."""
        (refund_id,) = call.path_values
        payment = await self.payments.get_by_refund(call.principal.scope, refund_id)
        limits = self.config_cache.limits(payment.path, self.clock.now())
        refund = with_current_approvals(payment, payment.refund(refund_id), limits)
        return json_answer(refund_out(payment, refund), headers=(etag(payment),))

    async def events(self, call: Call) -> Answer:
        """Handles GET /v1/refunds/{refund_id}/events."""
        (refund_id,) = call.path_values
        history = await self.payments.history(call.principal.scope, refund_id)
        return json_answer(EventPageOut(data=[event_out(event) for event in history], next_cursor=None))

    async def why(self, call: Call) -> Answer:
        """Handles GET /v1/refunds/{refund_id}/why."""
        (refund_id,) = call.path_values
        payment = await self.payments.get_by_refund(call.principal.scope, refund_id)
        now = self.clock.now()
        limits, profile = self.config_cache.limits(payment.path, now), self.profiles.get(payment.gateway)
        explanation = explain(payment, payment.refund(refund_id), limits, now, profile)
        return json_answer(why_out(refund_id, explanation))

    def endpoints(self) -> list[Endpoint]:
        """Returns the routes."""
        return [self._creation(), *self._reads()]

    def _creation(self) -> Endpoint:
        return Endpoint(
            method="POST",
            path="/v1/refunds",
            operation_id="createRefund",
            tag="refunds",
            summary="Request a refund",
            description="The service stores the refund before it answers. If `submit` is true, the service then "
            "processes the refund until it is final or needs a person's decision. Without `amount`, the refund is "
            "for the whole refundable amount; an `amount` of null is refused.",
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
                "payment_full",
                "period_limit_exceeded",
                "line_items_do_not_sum",
                "line_item_exceeds_payment",
                "idempotency_key_reused",
                "outcome_unknown",
            ),
            request_examples=(
                Example(summary="A part of the payment", value=EXAMPLE_REQUEST),
                Example(summary="The whole refundable amount", value=EXAMPLE_ALL),
            ),
            response_example=EXAMPLE_REFUND,
        )

    def _reads(self) -> list[Endpoint]:
        reads = (
            ("", "getRefund", "Read a refund", self.read, RefundOut, EXAMPLE_REFUND),
            (
                "/events",
                "listRefundEvents",
                "Read the events of a refund",
                self.events,
                EventPageOut,
                EXAMPLE_EVENTS,
            ),
            (
                "/why",
                "explainRefund",
                "Read why a refund has its status, what happens next, and when",
                self.why,
                WhyOut,
                EXAMPLE_WHY,
            ),
        )
        return [
            Endpoint(
                method="GET",
                path=f"/v1/refunds/{{refund_id}}{part}",
                operation_id=operation_id,
                tag="refunds",
                summary=summary,
                handler=handler,
                action="read_refunds",
                response=response,
                problems=("refund_not_found",),
                response_example=example,
            )
            for part, operation_id, summary, handler, response, example in reads
        ]
