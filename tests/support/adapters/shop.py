"""Payments and refunds made through the real payment store, with a clock and ids that tests can foretell."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.adapters.mongo.payments.payments import GroupedPayments, MongoPaymentStore
from refunds.domain import ids
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.payment import MethodType, Payment, PaymentMethod, Reason, Refund, RefundMethod
from refunds.domain.refund.lifecycle import RequestRefund, cancel_refund, request_refund
from refunds.domain.settings.parameters import ParameterSnapshot
from refunds.domain.settings.refund_policy import Limits, limits_of
from refunds.domain.tenancy import ALL_TENANTS, Tenant, TenantKind

START = datetime(2025, 3, 1, 12, 0, 0, tzinfo=UTC)
BANK = Tenant(
    id="bnk_1",
    kind=TenantKind.BANK,
    parent_id="platform",
    name="A bank",
    path=("platform", "bnk_1"),
    added_by="usr_root",
    added_at=START,
)
REASONS = ("requested_by_customer", "duplicate", "fraudulent", "goodwill")


def path_of(merchant_id: str, bank: str = "bnk_1") -> tuple[str, ...]:
    """Where a merchant of these tests hangs."""
    return ("platform", bank, "prg_1", "org_1", merchant_id)


@dataclass(slots=True)
class SteppedClock:
    """Every look is a millisecond later."""

    present: datetime = START

    def now(self) -> datetime:
        self.present += timedelta(milliseconds=1)
        return self.present


@dataclass(slots=True)
class Shop:
    """Makes payments, asks for refunds and settles them, each by one write of the real store.

    A second shop on one database takes another `first_number`.
    """

    database: AsyncDatabase[Any] | MemoryDatabase
    clock: SteppedClock = field(default_factory=SteppedClock)
    payments: GroupedPayments = field(init=False)
    limits: Limits = field(init=False)
    first_number: int = 0
    _numbers: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(self.first_number)
        if isinstance(self.database, MemoryDatabase):
            self.payments = MemoryPayments(self.database, new_token=lambda: f"w{next(self._numbers)}")
        else:
            self.payments = MongoPaymentStore(self.database, lambda: f"w{next(self._numbers)}")
        self.limits = limits_of(ParameterSnapshot(0, ()), ("platform",), START)

    def _ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)

    async def capture(
        self, amount: int = 1000, merchant_id: str = "mer_1", *, currency: str = "EUR", bank: str = "bnk_1"
    ) -> Payment:
        """A captured payment."""
        number = next(self._numbers)
        payment_id = ids.new_id("pay", self._ms(), number)
        now = self.clock.now()
        captured = Event(
            id=ids.event_id(payment_id, 1, 0),
            type=EventType.PAYMENT_CAPTURED,
            at=now,
            refund_id="",
            actor="svc_platform",
            from_status="",
            status="captured",
            amount=amount,
        )
        payment, _ = await self.payments.add(
            Payment(
                id=payment_id,
                merchant_id=merchant_id,
                path=path_of(merchant_id, bank),
                version=1,
                captured_amount=amount,
                reserved_amount=0,
                refunded_amount=0,
                currency=currency,
                payment_method=PaymentMethod(type=MethodType.CREDIT_CARD, token="tok_ok"),
                gateway="sandbox",
                gateway_payment_id=f"gp_{number}",
                captured_at=now,
                created_at=now,
                recorded_by="svc_platform",
                idempotency_key=f"pk_{number}",
                fingerprint="f",
                events=(captured,),
            )
        )
        return payment

    async def refund(
        self, payment: Payment, amount: int = 100, *, is_submitted: bool = True, behaviour: str = "tok_ok"
    ) -> Refund:
        """A refund as its request leaves it."""
        number = next(self._numbers)
        command = RequestRefund(
            refund_id=ids.refund_id(self._ms(), number, payment.id, payment.merchant_id),
            idempotency_key=f"rk_{number}",
            fingerprint="f",
            amount=amount,
            currency=None,
            method=RefundMethod.ORIGINAL_PAYMENT,
            reason=Reason(code=REASONS[number % len(REASONS)]),
            line_items=(),
            metadata={"sandbox": behaviour},
            is_submitted=is_submitted,
            requested_by=f"usr_{number % 3}",
        )
        now = self.clock.now()
        decision = await self.payments.change(
            ALL_TENANTS, payment.id, lambda present: request_refund(present, command, self.limits, now)
        )
        return decision.refund

    async def settle(
        self, payment: Payment, refund: Refund, kind: ResultKind = ResultKind.SUCCEEDED, code: str = ""
    ) -> Refund:
        """The refund after a gateway's result."""
        arn = f"arn_{refund.id}" if kind is ResultKind.SUCCEEDED else ""
        result = GatewayResult(kind=kind, gateway_refund_id=f"gr_{refund.id}", code=code, arn=arn)
        attempt_id, now = refund.attempts[-1].id, self.clock.now()
        decision = await self.payments.change(
            ALL_TENANTS,
            payment.id,
            lambda present: record_gateway_result(present, attempt_id, result, self.limits, now, "gateway:sandbox"),
        )
        return decision.refund

    async def answer(self, payment: Payment, refund: Refund, kind: ResultKind, code: str = "") -> Refund:
        """The refund after a gateway's answer to a question."""
        result = GatewayResult(kind=kind, code=code, source=Source.QUERY)
        attempt_id, now = refund.attempts[-1].id, self.clock.now()
        decision = await self.payments.change(
            ALL_TENANTS,
            payment.id,
            lambda present: record_gateway_result(present, attempt_id, result, self.limits, now, "gateway:sandbox"),
        )
        return decision.refund

    async def settle_unheard(self, payment: Payment, refund: Refund) -> Refund:
        """The refund after an answer that never came: no id, no status."""
        result, now = GatewayResult(kind=ResultKind.UNKNOWN), self.clock.now()
        decision = await self.payments.change(
            ALL_TENANTS,
            payment.id,
            lambda p: record_gateway_result(p, refund.attempts[-1].id, result, self.limits, now, "gateway:sandbox"),
        )
        return decision.refund

    async def cancel(self, payment: Payment, refund: Refund) -> Refund:
        """The refund canceled."""
        now = self.clock.now()
        decision = await self.payments.change(
            ALL_TENANTS, payment.id, lambda present: cancel_refund(present, refund.id, now, "usr_9")
        )
        return decision.refund

    async def busy_hour(self, payments: int = 12) -> Sequence[Payment]:
        """Refunds that come to every kind of end, over a few merchants and currencies."""
        made = []
        for number in range(payments):
            payment = await self.capture(1000 + number, f"mer_{number % 3}", currency=("EUR", "JPY", "KWD")[number % 3])
            made.append(payment)
            completed = await self.refund(payment, 100)
            await self.settle(payment, completed)
            failed = await self.refund(payment, 50)
            await self.settle(payment, failed, ResultKind.REFUSED, "declined")
            pending = await self.refund(payment, 20)
            await self.settle(payment, pending, ResultKind.PENDING)
            if number % 2:
                await self.settle(payment, completed, ResultKind.FAILED, "account_closed")
                await self.answer(payment, completed, ResultKind.FAILED, "account_closed")
            await self.cancel(payment, await self.refund(payment, 10, is_submitted=False))
        return made
