"""Approves or rejects a refund that waits for approval.

The person who requested the refund may not decide. The api calls this use case.
"""

from collections.abc import Collection
from dataclasses import dataclass

from refunds.domain.payment.payment import Approval, Decision, Payment
from refunds.domain.refund.lifecycle import approve_refund, reject_refund
from refunds.domain.tenancy import Principal
from refunds.ports.clock import Clock
from refunds.ports.gateway.hints import Hints
from refunds.ports.payments.payments import PaymentStore
from refunds.usecases.refunds.hinting import hint_at_next
from refunds.usecases.refunds.version_check import check_version
from refunds.usecases.settings.config_cache import TenantConfigCache


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideApproval:
    """The use case that approves or rejects a refund."""

    payments: PaymentStore
    config_cache: TenantConfigCache
    clock: Clock
    hints: Hints

    async def __call__(
        self,
        principal: Principal,
        refund_id: str,
        *,
        is_approved: bool,
        text: str = "",
        expected_versions: Collection[int] | None = None,
    ) -> Decision:
        """Stores the approval or rejection, and returns a `Decision` with the changed refund.

        Raises RefundNotFound, RequesterMayNotApprove, ApprovalCountedTwice, BlockedByRule, TransitionNotAllowed or
        VersionMismatch.
        """
        payment = await self.payments.get_by_refund(principal.scope, refund_id)
        now = self.clock.now()
        approval = Approval(
            by=principal.id,
            role=principal.role.value,
            decision="approved" if is_approved else "rejected",
            at=now,
            text=text,
        )

        def decide(present: Payment) -> Decision:
            check_version(present, expected_versions)
            if not is_approved:
                return reject_refund(present, refund_id, approval, now)
            return approve_refund(present, refund_id, approval, self.config_cache.limits(present.path, now), now)

        decision = await self.payments.change(principal.scope, payment.id, decide)
        hint_at_next(self.hints, decision)
        return decision
