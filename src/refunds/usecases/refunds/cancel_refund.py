"""Cancels a refund that is not yet at its gateway, and ends its reservation. The api calls this use case."""

from collections.abc import Collection
from dataclasses import dataclass

from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.refund.lifecycle import cancel_refund
from refunds.domain.tenancy import Principal
from refunds.ports.clock import Clock
from refunds.ports.payments.payments import PaymentStore
from refunds.usecases.refunds.version_check import check_version


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRefund:
    """The use case with its dependencies."""

    payments: PaymentStore
    clock: Clock

    async def __call__(
        self, principal: Principal, refund_id: str, expected_versions: Collection[int] | None = None
    ) -> Decision:
        """Cancels the refund and returns the `Decision` with the canceled refund.

        Raises RefundNotFound, RefundNotCancelable or VersionMismatch.
        """
        payment = await self.payments.get_by_refund(principal.scope, refund_id)
        now = self.clock.now()

        def decide(present: Payment) -> Decision:
            check_version(present, expected_versions)
            return cancel_refund(present, refund_id, now, principal.id)

        return await self.payments.change(principal.scope, payment.id, decide)
