"""Submits a draft. One write reserves the amount and reviews the refund. The api calls this use case."""

from collections.abc import Collection
from dataclasses import dataclass

from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.refund.lifecycle import submit_refund
from refunds.domain.tenancy import Principal
from refunds.ports.clock import Clock
from refunds.ports.gateway.hints import Hints
from refunds.ports.payments.payments import PaymentStore
from refunds.usecases.refunds.hinting import hint_at_next
from refunds.usecases.refunds.version_check import check_version
from refunds.usecases.settings.config_cache import TenantConfigCache


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitRefund:
    """The use case with its dependencies."""

    payments: PaymentStore
    config_cache: TenantConfigCache
    clock: Clock
    hints: Hints

    async def __call__(
        self, principal: Principal, refund_id: str, expected_versions: Collection[int] | None = None
    ) -> Decision:
        """Submits the draft and returns the `Decision` with the submitted refund.

        Raises RefundNotFound, AmountExceedsRefundable, TransitionNotAllowed or VersionMismatch.
        """
        payment = await self.payments.get_by_refund(principal.scope, refund_id)
        now = self.clock.now()

        def decide(present: Payment) -> Decision:
            check_version(present, expected_versions)
            return submit_refund(present, refund_id, self.config_cache.limits(present.path, now), now, principal.id)

        decision = await self.payments.change(principal.scope, payment.id, decide)
        if not decision.replayed:
            hint_at_next(self.hints, decision)
        return decision
