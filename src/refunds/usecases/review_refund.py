"""Holds a submitted refund against parameters and rules. Called by the request-manager for hints and due work."""

from dataclasses import dataclass

from refunds.domain.payment import Decision, Payment
from refunds.domain.requesting import review_refund
from refunds.domain.tenancy import EVERYTHING
from refunds.ports.clock import Clock
from refunds.ports.hints import Hints
from refunds.ports.payments import PaymentStore
from refunds.usecases.cabinet import Cabinet
from refunds.usecases.hinting import hint_at_next

ACTOR = "system:request-manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRefund:
    """The use case with what it needs."""

    payments: PaymentStore
    cabinet: Cabinet
    clock: Clock
    hints: Hints

    async def __call__(self, payment_id: str, refund_id: str) -> Decision:
        """The refund as it stands after; one that was reviewed before stays as it is."""
        now = self.clock.now()

        def decide(present: Payment) -> Decision:
            return review_refund(present, refund_id, self.cabinet.limits(present.path, now), now, ACTOR)

        decision = await self.payments.change(EVERYTHING, payment_id, decide)
        if not decision.replayed:
            hint_at_next(self.hints, decision)
        return decision
