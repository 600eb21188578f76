"""Submits a ready refund to its gateway or queries its status, and records the result.

gateway-integration calls `hinted` for hints and `due` for due work. The attempt's id is stored before anything is sent.
All submissions of an attempt have the same id.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from refunds.domain.attempt.external_refunds import id_at_gateway
from refunds.domain.attempt.gateway_profiles import GatewayProfile, profile_of
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.result_recording import is_of
from refunds.domain.attempt.retry_policy import next_step
from refunds.domain.attempt.submission import (
    begin_step,
    check_approved,
    is_first_submission_open,
    release_first_submission,
)
from refunds.domain.payment.attempt import GatewayStep
from refunds.domain.payment.payment import Decision, Payment, Refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.clock import Clock
from refunds.ports.gateway.gateway import Gateway, Submission
from refunds.ports.payments.payments import PaymentStore
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds.usecases.settings.config_cache import TenantConfigCache

NO_SUCH_GATEWAY = GatewayResult(kind=ResultKind.UNAVAILABLE, code="gateway_unavailable", raw_code="no_such_gateway")
"""The result of a submission to a gateway that is not configured in this process. Nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitToGateway:
    """The use case with its dependencies. `gateways` maps names to gateways."""

    payments: PaymentStore
    config_cache: TenantConfigCache
    clock: Clock
    gateways: Mapping[str, Gateway]
    record: RecordGatewayResult

    async def hinted(self, payment_id: str, refund_id: str) -> Decision | None:
        """Submits a refund that just became ready. Returns None if a hint no longer allows the submission.

        Raises ApprovalsMissing if the refund lacks approvals that it needs. `due` raises the same error.
        """
        payment = await self.payments.get_written(ALL_TENANTS, payment_id)
        if not self._is_open(payment, refund_id):  # another process may have made it, or made it ready, since
            payment = await self.payments.get(ALL_TENANTS, payment_id)
        refund = payment.refund(refund_id)
        if not is_first_submission_open(refund, self.clock.now()):
            return None
        check_approved(refund)
        return await self._submit(payment, refund)

    def _is_open(self, payment: Payment, refund_id: str) -> bool:
        """Returns True if the payment has the refund, and a hint may still start the refund's first submission."""
        now = self.clock.now()
        return any(refund.id == refund_id and is_first_submission_open(refund, now) for refund in payment.refunds)

    async def release(self, payment_id: str, refund_id: str) -> None:
        """Makes a hinted refund due at once if its first submission was not sent.

        Does nothing if the first submission is no longer open, for example because its lease has ended.
        """
        now = self.clock.now()
        await self.payments.change(
            ALL_TENANTS, payment_id, lambda present: release_first_submission(present, refund_id, now)
        )

    def step(self, payment: Payment, refund: Refund) -> GatewayStep:
        """Returns what a due refund needs now, which is a submission or a status query."""
        now = self.clock.now()
        return next_step(refund, self.config_cache.limits(payment.path, now), self._profile(payment), now)

    def _profile(self, payment: Payment) -> GatewayProfile:
        return self.record.profiles.get(payment.gateway) or profile_of(payment.gateway)

    async def due(self, payment: Payment, refund_id: str) -> None:
        """Submits or queries a due refund of a claimed payment. Does nothing if the refund is no longer due."""
        now = self.clock.now()
        limits = self.config_cache.limits(payment.path, now)
        profile = self._profile(payment)
        begun = await self.payments.change(
            ALL_TENANTS, payment.id, lambda present: begin_step(present, refund_id, limits, now, profile)
        )
        if begun.step is GatewayStep.SUBMIT:
            await self._submit(begun.payment, begun.refund)
        elif begun.step is GatewayStep.QUERY:
            await self._query(begun.payment, begun.refund)

    async def _submit(self, payment: Payment, refund: Refund) -> Decision:
        attempt = refund.attempts[-1]
        gateway = self.gateways.get(attempt.gateway)
        if gateway is None:
            result = NO_SUCH_GATEWAY
        else:
            result = await gateway.submit(
                Submission(
                    attempt_id=attempt.id,
                    merchant_id=payment.merchant_id,
                    gateway_payment_id=payment.gateway_payment_id,
                    amount=refund.amount,
                    captured_amount=payment.captured_amount,
                    currency=payment.currency,
                    token=payment.payment_method.token,
                    metadata=refund.metadata or {},
                )
            )
        answer = replace(_of_this(payment, refund, result), source=Source.SUBMISSION, submission=attempt.tries)
        return await self.record(payment.id, attempt.id, answer, attempt.gateway)

    async def _query(self, payment: Payment, refund: Refund) -> Decision:
        attempt = refund.attempts[-1]
        gateway = self.gateways.get(attempt.gateway)
        result = GatewayResult(kind=ResultKind.UNKNOWN)
        if gateway is not None:
            result = await gateway.query_status(attempt.id, payment.merchant_id, id_at_gateway(refund))
        answer = replace(
            _of_this(payment, refund, result),
            source=Source.QUERY,
            submission=attempt.tries,
            question=attempt.asks,
        )
        return await self.record(payment.id, attempt.id, answer, attempt.gateway)


def _of_this(payment: Payment, refund: Refund, result: GatewayResult) -> GatewayResult:
    """Returns the result, or UNKNOWN if the result's amount is not the refund's amount.

    UNKNOWN makes the service query the gateway.
    """
    if is_of(payment, refund, result):
        return result
    return GatewayResult(kind=ResultKind.UNKNOWN, code="unknown_error", raw_code="amount_differs")
