"""Records a captured payment. The api calls this module for the payment platform, never for a customer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from refunds.domain import ids
from refunds.domain.errors import TenantNotFound
from refunds.domain.invalid_input import GatewayNotConnected
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.line_items import check_captured_lines
from refunds.domain.payment.payment import LineItem, Payment, PaymentMethod
from refunds.domain.tenancy import Principal, TenantKind
from refunds.ports.clock import Clock
from refunds.ports.ids import IdSource
from refunds.ports.payments.payments import PaymentStore
from refunds.usecases.settings.config_cache import TenantConfigCache


class RecordPaymentCommand(Struct, frozen=True, kw_only=True):
    """The decoded and checked request. Amounts are in minor units.

    `id` is empty if the caller gave no id. Then the service makes a new one.
    """

    id: str
    merchant_id: str
    captured_amount: int
    currency: str
    payment_method: PaymentMethod
    gateway: str
    gateway_payment_id: str
    captured_at: datetime
    customer_id: str
    line_items: tuple[LineItem, ...]
    metadata: Mapping[str, str] | None
    idempotency_key: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment:
    """The use case with its dependencies. `gateways` has the names of the connected gateways."""

    payments: PaymentStore
    config_cache: TenantConfigCache
    clock: Clock
    ids: IdSource
    gateways: Collection[str] = ("sandbox",)

    async def __call__(self, principal: Principal, command: RecordPaymentCommand) -> tuple[Payment, bool]:
        """Stores the payment and returns it. The second result is True if the request repeats an earlier one.

        Raises TenantNotFound, GatewayNotConnected, LineItemsExceedCaptured, AlreadyExists or KeyReused.
        """
        merchant = await self.config_cache.find_tenant(principal.scope, command.merchant_id)
        if merchant is None or merchant.kind is not TenantKind.MERCHANT:
            raise TenantNotFound(kind="merchant", id=command.merchant_id, pointer="/merchant_id")
        if command.gateway not in self.gateways:
            raise GatewayNotConnected(connected=tuple(self.gateways))
        check_captured_lines(command.line_items, command.captured_amount, command.currency)
        now = self.clock.now()
        payment_id = command.id or self.ids.new("pay")
        captured = Event(
            id=ids.event_id(payment_id, 1, 0),
            type=EventType.PAYMENT_CAPTURED,
            at=now,
            refund_id="",
            actor=principal.id,
            from_status="",
            status="captured",
            amount=command.captured_amount,
        )
        return await self.payments.add(
            Payment(
                id=payment_id,
                merchant_id=merchant.id,
                path=merchant.path,
                version=1,
                captured_amount=command.captured_amount,
                reserved_amount=0,
                refunded_amount=0,
                currency=command.currency,
                payment_method=command.payment_method,
                gateway=command.gateway,
                gateway_payment_id=command.gateway_payment_id,
                captured_at=command.captured_at,
                created_at=now,
                recorded_by=principal.id,
                idempotency_key=command.idempotency_key,
                fingerprint=command.fingerprint,
                customer_id=command.customer_id,
                line_items=command.line_items,
                metadata=command.metadata,
                events=(captured,),
            )
        )
