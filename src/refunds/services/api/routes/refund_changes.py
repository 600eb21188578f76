"""Handles the routes that submit, cancel, approve, reject or reconcile a refund."""

from dataclasses import dataclass

from refunds.domain.settings.money_limits import money_limit, thousands
from refunds.domain.tenancy import TenantKind
from refunds.ports.clock import Clock
from refunds.ports.payments.payments import PaymentStore
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import Answer, Call, Endpoint, Example
from refunds.runtime.schema.decoding import BodyReader
from refunds.services.api.checks.card_numbers import refuse_card_numbers
from refunds.services.api.checks.visible_text import refuse_invisible
from refunds.services.api.response_models import RefundOut
from refunds.services.api.routes.refund_bodies import ApprovalDecision, DecideApprovalBody, NoBody, ReconcileRefundBody
from refunds.services.api.routes.refund_examples import EXAMPLE_DECISION, EXAMPLE_RECONCILIATION, EXAMPLE_REFUND
from refunds.services.api.routes.refunds import decided
from refunds.usecases.approvals.decide_approval import DecideApproval
from refunds.usecases.refunds.cancel_refund import CancelRefund
from refunds.usecases.refunds.reconcile_refund import ReconcileRefund
from refunds.usecases.refunds.submit_refund import SubmitRefund

LARGE_FROM = thousands(10)
"""A decision about at least this amount, about 10,000 US dollars, needs a recent login with a second factor."""


_no_body = BodyReader(NoBody)
_decide_body = BodyReader(DecideApprovalBody)
_reconcile_body = BodyReader(ReconcileRefundBody)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundChangeRoutes:
    """Handles the routes that change a refund."""

    payments: PaymentStore
    authorizer: Authorizer
    clock: Clock
    cancel_refund: CancelRefund
    submit_refund: SubmitRefund
    decide_approval: DecideApproval
    reconcile_refund: ReconcileRefund

    async def submit(self, call: Call) -> Answer:
        """Handles POST /v1/refunds/{refund_id}/submit."""
        (refund_id,) = call.path_values
        self._check_empty(call)
        return decided(await self.submit_refund(call.principal, refund_id, call.expected_versions()))

    async def cancel(self, call: Call) -> Answer:
        """Handles POST /v1/refunds/{refund_id}/cancel."""
        (refund_id,) = call.path_values
        self._check_empty(call)
        return decided(await self.cancel_refund(call.principal, refund_id, call.expected_versions()))

    def _check_empty(self, call: Call) -> None:
        if call.body:
            _no_body.read(call.body)

    async def decide(self, call: Call) -> Answer:
        """Handles POST /v1/refunds/{refund_id}/approvals."""
        (refund_id,) = call.path_values
        body = _decide_body.read(call.body)
        refuse_card_numbers({"/text": body.text})
        payment = await self.payments.get_by_refund(call.principal.scope, refund_id)
        large_from = money_limit(LARGE_FROM, self.clock.now()).of(payment.currency)
        if payment.refund(refund_id).amount >= large_from:
            self.authorizer.check(call.principal, "decide_large_approval", TenantKind.MERCHANT)
        decision = await self.decide_approval(
            call.principal,
            refund_id,
            is_approved=body.decision is ApprovalDecision.APPROVE,
            text=body.text,
            expected_versions=call.expected_versions(),
        )
        return decided(decision)

    async def reconcile(self, call: Call) -> Answer:
        """Handles POST /v1/refunds/{refund_id}/reconcile."""
        (refund_id,) = call.path_values
        body = _reconcile_body.read(call.body)
        refuse_card_numbers({"/note": body.note})
        refuse_invisible({"/note": body.note})
        versions = call.expected_versions()
        return decided(await self.reconcile_refund(call.principal, refund_id, body.resolution, body.note, versions))

    def endpoints(self) -> list[Endpoint]:
        """Returns the routes."""
        return [
            self._submit_endpoint(),
            self._cancel_endpoint(),
            self._decide_endpoint(),
            self._reconcile_endpoint(),
        ]

    def _submit_endpoint(self) -> Endpoint:
        return Endpoint(
            method="POST",
            path="/v1/refunds/{refund_id}/submit",
            operation_id="submitRefund",
            tag="refunds",
            summary="Submit a draft",
            handler=self.submit,
            action="submit_refund",
            request=NoBody,
            is_body_optional=True,
            takes_if_match=True,
            response=RefundOut,
            problems=(
                "refund_not_found",
                "amount_exceeds_refundable",
                "period_limit_exceeded",
                "transition_not_allowed",
                "version_mismatch",
                "outcome_unknown",
            ),
            request_examples=(Example(summary="Without a comment", value=NoBody()),),
            response_example=EXAMPLE_REFUND,
        )

    def _cancel_endpoint(self) -> Endpoint:
        return Endpoint(
            method="POST",
            path="/v1/refunds/{refund_id}/cancel",
            operation_id="cancelRefund",
            tag="refunds",
            summary="Cancel a refund that is not being processed yet",
            handler=self.cancel,
            action="cancel_refund",
            request=NoBody,
            is_body_optional=True,
            takes_if_match=True,
            response=RefundOut,
            problems=("refund_not_found", "refund_not_cancelable", "version_mismatch", "outcome_unknown"),
            request_examples=(Example(summary="Without a comment", value=NoBody()),),
            response_example=EXAMPLE_REFUND,
        )

    def _decide_endpoint(self) -> Endpoint:
        return Endpoint(
            method="POST",
            path="/v1/refunds/{refund_id}/approvals",
            operation_id="decideApproval",
            tag="refunds",
            summary="Approve or reject a refund that another person requested",
            description="For refunds of about 10,000.00 USD or more, in any currency, you need a recent second factor.",
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
                "refund_amount_above_maximum",
                "period_limit_exceeded",
                "refund_method_not_allowed",
                "transition_not_allowed",
                "version_mismatch",
                "insufficient_user_authentication",
                "outcome_unknown",
            ),
            request_examples=(Example(summary="Approved", value=EXAMPLE_DECISION),),
            response_example=EXAMPLE_REFUND,
        )

    def _reconcile_endpoint(self) -> Endpoint:
        return Endpoint(
            method="POST",
            path="/v1/refunds/{refund_id}/reconcile",
            operation_id="reconcileRefund",
            tag="refunds",
            summary="Reconcile a refund whose outcome is in doubt",
            description=(
                "For operators of the platform, after they have read the gateway's books; needs a recent second factor."
                " `ask_again` makes the service query the gateway at once. `completed` and `failed` record the outcome"
                " that the gateway's books show. More than the captured amount is never recorded. A repeated request"
                " changes nothing."
            ),
            handler=self.reconcile,
            action="reconcile_refund",
            request=ReconcileRefundBody,
            takes_if_match=True,
            response=RefundOut,
            problems=(
                "refund_not_found",
                "refund_not_in_doubt",
                "amount_exceeds_refundable",
                "version_mismatch",
                "insufficient_user_authentication",
                "outcome_unknown",
            ),
            request_examples=(Example(summary="The money moved", value=EXAMPLE_RECONCILIATION),),
            response_example=EXAMPLE_REFUND,
        )
