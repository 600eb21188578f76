"""Decides on the refunds of a file without storing them. The api calls this module for the dry run of a file.

Each row is decided as if the rows before it had been stored. Create one `PreviewRefunds` per file.
"""

from dataclasses import dataclass, field

from refunds.domain.errors import KeyReused, PaymentNotFound
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.tenancy import Principal
from refunds.ports.payments.payments import PaymentStore
from refunds.usecases.refunds.create_refund import CreateRefund, CreateRefundCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRefunds:
    """The use case with its dependencies. `_after` has the payments as the previous rows would leave them."""

    payments: PaymentStore
    create_refund: CreateRefund
    _after: dict[str, Payment] = field(default_factory=dict)
    _payment_of_key: dict[tuple[str, str], str] = field(default_factory=dict)

    async def __call__(self, principal: Principal, command: CreateRefundCommand) -> Decision:
        """Returns the `Decision` with the refund that would be created. Stores nothing.

        Raises KeyReused, PaymentNotFound and the errors of `request_refund`.
        """
        payment = self._after.get(command.payment_id)
        if payment is None:
            payment = await self._read(principal, command.payment_id)
        if await self._is_key_elsewhere(principal, command, payment):
            raise KeyReused
        decision = self.create_refund.deciding(principal, command)(payment)
        self._after[payment.id] = decision.payment
        self._payment_of_key[payment.merchant_id, command.idempotency_key] = payment.id
        return decision

    async def _read(self, principal: Principal, payment_id: str) -> Payment:
        try:
            return await self.payments.get(principal.scope, payment_id)
        except PaymentNotFound as error:
            raise PaymentNotFound(id=payment_id, pointer="/payment_id") from error

    async def _is_key_elsewhere(self, principal: Principal, command: CreateRefundCommand, payment: Payment) -> bool:
        known_id = self._payment_of_key.get((payment.merchant_id, command.idempotency_key))
        if known_id is None:
            holder = await self.payments.get_by_key(principal.scope, payment.merchant_id, command.idempotency_key)
            known_id = holder.id if holder is not None else payment.id
        return known_id != payment.id
