"""Creates a refund and then publishes a hint that the refund can be worked on.

The api calls this module. One conditional write stores the refund, the reservation of its amount, and its review. The
refund is stored durably before it is returned. This module never calls a gateway.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct

from refunds.domain.errors import AlreadyExists, KeyReused
from refunds.domain.payment.payment import Decision, LineItem, Payment, Reason, RefundMethod
from refunds.domain.refund.lifecycle import RequestRefund, request_refund
from refunds.domain.tenancy import Principal
from refunds.ports.clock import Clock
from refunds.ports.gateway.hints import Hints
from refunds.ports.ids import IdSource
from refunds.ports.payments.payments import Decide, PaymentStore
from refunds.usecases.refunds.hinting import hint_at_next
from refunds.usecases.settings.config_cache import TenantConfigCache


class CreateRefundCommand(Struct, frozen=True, kw_only=True):
    """The decoded request. `amount` is in minor units. None means the whole refundable amount."""

    payment_id: str
    idempotency_key: str
    fingerprint: str
    amount: int | None
    currency: str | None
    method: RefundMethod
    reason: Reason
    line_items: tuple[LineItem, ...] = ()
    metadata: Mapping[str, str] | None = None
    is_submitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRefund:
    """The use case with its dependencies.

    If `is_reviewed_now` is False, the request-manager reviews the refund later.
    """

    payments: PaymentStore
    config_cache: TenantConfigCache
    clock: Clock
    ids: IdSource
    hints: Hints
    is_reviewed_now: bool = True

    async def __call__(self, principal: Principal, command: CreateRefundCommand) -> Decision:
        """Creates the refund and returns the `Decision` that contains it.

        If an earlier request had the same idempotency key, the `Decision` contains the refund of that request. Raises
        the errors of `request_refund` and of the store.
        """
        decide = self.deciding(principal, command)
        try:
            decision = await self.payments.change(principal.scope, command.payment_id, decide)
        except AlreadyExists as taken:
            raise KeyReused from taken
        if not decision.replayed:
            hint_at_next(self.hints, decision)
        return decision

    def deciding(self, principal: Principal, command: CreateRefundCommand) -> Decide:
        """Returns the function that decides on the refund. A dry run calls it but does not store the result."""
        now = self.clock.now()

        def decide(payment: Payment) -> Decision:
            return request_refund(
                payment,
                RequestRefund(
                    refund_id=self.ids.refund_id(payment.id, payment.merchant_id),
                    idempotency_key=command.idempotency_key,
                    fingerprint=command.fingerprint,
                    amount=command.amount,
                    currency=command.currency,
                    method=command.method,
                    reason=command.reason,
                    line_items=command.line_items,
                    metadata=command.metadata,
                    is_submitted=command.is_submitted,
                    requested_by=principal.id,
                    is_reviewed_now=self.is_reviewed_now,
                ),
                self.config_cache.limits(payment.path, now),
                now,
            )

        return decide
