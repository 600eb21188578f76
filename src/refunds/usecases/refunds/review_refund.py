"""Reviews a submitted refund according to the parameters and rules of its tenant.

The request-manager calls this module for hints and for due work.
"""

from dataclasses import dataclass

from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.refund.lifecycle import review_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.clock import Clock
from refunds.ports.gateway.hints import Hints
from refunds.ports.payments.payments import PaymentStore
from refunds.usecases.refunds.hinting import hint_at_next
from refunds.usecases.settings.config_cache import TenantConfigCache

ACTOR = "system:request-manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRefund:
    """The use case with its dependencies."""

    payments: PaymentStore
    config_cache: TenantConfigCache
    clock: Clock
    hints: Hints

    async def __call__(self, payment_id: str, refund_id: str) -> Decision:
        """Reviews the refund if that was not done before. Returns the `Decision` with the refund."""
        now = self.clock.now()

        def decide(present: Payment) -> Decision:
            return review_refund(present, refund_id, self.config_cache.limits(present.path, now), now, ACTOR)

        decision = await self.payments.change(ALL_TENANTS, payment_id, decide)
        if not decision.replayed:
            hint_at_next(self.hints, decision)
        return decision
