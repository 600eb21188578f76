"""Records a gateway's result of an attempt, whether it came by submission, status query or webhook.

Called by gateway-integration only. A repeat changes nothing; a webhook about a refund that is not ours records an
external refund.
"""

from dataclasses import dataclass, field

from refunds.domain import ids
from refunds.domain.attempt.external_refunds import is_known, record_external_refund
from refunds.domain.attempt.gateway_profiles import PROFILES, Profiles, profile_of
from refunds.domain.attempt.gateway_result import GatewayResult
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.errors import RefundStillOpen
from refunds.domain.invalid_input import PaymentNotNamed, ReferenceOfOtherPayment
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.tenancy import EVERYTHING
from refunds.ports.clock import Clock
from refunds.ports.gateway.gateway import GatewayNotice
from refunds.ports.ids import IdSource
from refunds.ports.payments.payments import PaymentStore
from refunds.usecases.settings.config_cache import TenantConfigCache


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGatewayResult:
    """The use case with its dependencies; `profiles` by the gateway's name, also for those who send."""

    payments: PaymentStore
    config_cache: TenantConfigCache
    clock: Clock
    ids: IdSource
    profiles: Profiles = field(default_factory=lambda: PROFILES)

    async def __call__(self, payment_id: str, attempt_id: str, result: GatewayResult, gateway: str) -> Decision:
        """The refund after the change. Errors: PaymentNotFound, AttemptNotOfPayment, ResultOfOtherAmount."""
        now = self.clock.now()
        profile = self.profiles.get(gateway) or profile_of(gateway)

        def decide(present: Payment) -> Decision:
            limits = self.config_cache.limits(present.path, now)
            return record_gateway_result(present, attempt_id, result, limits, now, f"gateway:{gateway}", profile)

        return await self.payments.change(EVERYTHING, payment_id, decide)

    async def from_notice(self, notice: GatewayNotice, gateway: str) -> Decision:
        """A verified webhook, ours by reference or adopted. Errors: PaymentNotFound, RefundNotFound,
        ReferenceOfOtherPayment, PaymentNotNamed, and those of `record_external_refund`.

        Ours is found by its own reference, which says where it lives also where the payment is not named.
        """
        if notice.attempt_id:
            payment = await self.payments.get_by_refund(EVERYTHING, ids.refund_of_attempt(notice.attempt_id))
            if gateway != payment.gateway or notice.gateway_payment_id not in ("", payment.gateway_payment_id):
                raise ReferenceOfOtherPayment
            return await self(payment.id, notice.attempt_id, notice.result, gateway)
        if not notice.gateway_payment_id:
            raise PaymentNotNamed
        payment = await self.payments.get_by_gateway_id(EVERYTHING, gateway, notice.gateway_payment_id)
        now = self.clock.now()
        refund_id = self.ids.refund_id(payment.id, payment.merchant_id)

        def record_external(present: Payment) -> Decision:
            limits = self.config_cache.limits(present.path, now)
            return record_external_refund(
                present, refund_id, notice.result, notice.result.currency, limits, now, f"gateway:{gateway}"
            )

        decision = await self.payments.change(EVERYTHING, payment.id, record_external)
        if not is_known(decision.refund, notice.result.gateway_refund_id):
            raise RefundStillOpen(refund_id=decision.refund.id)
        return decision
