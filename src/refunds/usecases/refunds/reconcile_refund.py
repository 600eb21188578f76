"""Reconciles a refund whose outcome is in doubt. The api calls this use case.

The use case either records what a person decided or makes a status query due.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from refunds.domain.attempt.gateway_profiles import PROFILES, Profiles, profile_of
from refunds.domain.attempt.reconciliation import Reconciliation, Resolution, reconcile_refund
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.tenancy import Principal
from refunds.ports.clock import Clock
from refunds.ports.payments.payments import PaymentStore
from refunds.usecases.refunds.version_check import check_version
from refunds.usecases.settings.config_cache import TenantConfigCache


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileRefund:
    """The use case with its dependencies. `profiles` maps the names of gateways to their profiles."""

    payments: PaymentStore
    config_cache: TenantConfigCache
    clock: Clock
    profiles: Profiles = field(default_factory=lambda: PROFILES)

    async def __call__(
        self,
        principal: Principal,
        refund_id: str,
        resolution: Resolution,
        note: str,
        expected_versions: Collection[int] | None = None,
    ) -> Decision:
        """Stores what the person decided and returns the `Decision` with the changed refund.

        Raises RefundNotFound, RefundNotInDoubt, AmountExceedsRefundable or VersionMismatch.
        """
        payment = await self.payments.get_by_refund(principal.scope, refund_id)
        now = self.clock.now()
        order = Reconciliation(refund_id=refund_id, resolution=resolution, note=note, by=principal.id)

        def decide(present: Payment) -> Decision:
            check_version(present, expected_versions)
            profile = self.profiles.get(present.gateway) or profile_of(present.gateway)
            return reconcile_refund(present, order, self.config_cache.limits(present.path, now), now, profile)

        return await self.payments.change(principal.scope, payment.id, decide)
