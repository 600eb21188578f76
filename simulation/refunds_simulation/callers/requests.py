"""The requests that callers make. The scripts in `callers` use them. Each request records what its answer promises."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from refunds.domain.attempt.reconciliation import Resolution
from refunds.domain.payment.payment import Decision, LineItem, MethodType, PaymentMethod, Reason, RefundMethod
from refunds.domain.payment.states import Status
from refunds.domain.refund.status_explanation import explain
from refunds.domain.tenancy import Principal, Tenant
from refunds.ports.projections.refund_lists import RefundFilter, RefundPage
from refunds.usecases.payments.record_payment import RecordPaymentCommand
from refunds.usecases.refunds.create_refund import CreateRefundCommand
from refunds_simulation.callers.insisting import Caller
from refunds_simulation.callers.promises import Asked, Promises, key_of
from refunds_simulation.machine.edge import Answer
from refunds_simulation.machine.host import Host
from refunds_simulation.product.screens import InDoubt
from refunds_simulation.product.services import Api

PAGE_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A captured payment, as its merchant knows it."""

    payment_id: str
    merchant: Tenant
    amount: int
    currency: str
    gateway: str
    lines: tuple[LineItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Makes requests for one caller and records what the answers promise."""

    caller: Caller
    principal: Principal
    apis: Sequence[Host[Api]]
    promises: Promises
    captured: Callable[[str, str, int, str], None]

    async def record(
        self,
        merchant: Tenant,
        number: str,
        amount: int,
        currency: str,
        gateway: str,
        captured_at: datetime,
        lines: tuple[LineItem, ...] = (),
    ) -> Purchase | None:
        """Records a payment. Returns None if the request was refused or not answered."""
        self.captured(gateway, f"gp_{number}", amount, currency)
        command = self.recording(merchant, number, amount, currency, gateway, captured_at, lines)
        key = command.idempotency_key

        async def work(api: Api) -> object:
            return await api.record_payment(self.principal, command)

        answer = await self.caller.insist(self.apis, "record_payment", f"gp_{number}", work)
        if not answer.is_ok:
            return None
        payment = answer.value[0]
        self.promises.recorded(merchant.id, key, payment.id)
        return Purchase(
            payment_id=payment.id, merchant=merchant, amount=amount, currency=currency, gateway=gateway, lines=lines
        )

    def recording(
        self,
        merchant: Tenant,
        number: str,
        amount: int,
        currency: str,
        gateway: str,
        captured_at: datetime,
        lines: tuple[LineItem, ...] = (),
    ) -> RecordPaymentCommand:
        """Returns the command that records a payment."""
        return RecordPaymentCommand(
            id="",
            merchant_id=merchant.id,
            captured_amount=amount,
            currency=currency,
            payment_method=PaymentMethod(type=_method(self.caller.seeded_random), token="tok_ok"),  # noqa: S106 - no password
            gateway=gateway,
            gateway_payment_id=f"gp_{number}",
            captured_at=captured_at,
            customer_id="",
            line_items=lines,
            metadata=None,
            idempotency_key=key_of(f"gp_{number}"),
            fingerprint=f"f_{number}",
        )

    async def create(
        self,
        purchase: Purchase,
        key: str,
        amount: int | None,
        *,
        is_submitted: bool = True,
        lines: tuple[LineItem, ...] = (),
        metadata: Mapping[str, str] | None = None,
    ) -> Decision | None:
        """Repeats a request for a refund until the answer is final. Returns None if no answer accepted the request."""
        command = creation(purchase, key, amount, is_submitted=is_submitted, lines=lines, metadata=metadata)
        asked = self.promises.ask(purchase.merchant.id, key, purchase.payment_id, amount)

        async def work(api: Api) -> object:
            return await api.create_refund(self.principal, command)

        def on_answer(answer: Answer) -> None:
            if answer.is_ok:
                self.promises.created(asked, answer.value.refund, answer.value.payment.id)
            else:
                self.not_done(asked, answer)

        answer = await self.caller.insist(self.apis, "create_refund", purchase.payment_id, work, on_answer)
        return answer.value if answer.is_ok else None

    def not_done(self, asked: Asked, answer: Answer) -> None:
        """Records that a request for a refund was refused, or that the outcome of the request is unknown."""
        if not answer.is_known:
            asked.is_uncertain = True
        elif answer.outcome == "KeyReused":
            asked.is_key_used = True
        elif answer.is_final:
            self.promises.refused(asked, answer.outcome)

    async def cancel(self, payment_id: str, refund_id: str, version: int | None = None) -> bool:
        """Cancels a refund and returns True if that was accepted.

        If a version is given, the product cancels only while the payment has that version.
        """
        versions = None if version is None else (version,)

        async def work(api: Api) -> object:
            return await api.cancel_refund(self.principal, refund_id, versions)

        answer = await self.caller.insist(self.apis, "cancel_refund", payment_id, work)
        if answer.is_ok:
            self.promises.ends[refund_id] = Status.CANCELED
        return answer.is_ok

    async def submit(self, payment_id: str, refund_id: str) -> bool:
        """Submits a draft. Returns True if the submission was accepted."""

        async def work(api: Api) -> object:
            return await api.submit_refund(self.principal, refund_id)

        return (await self.caller.insist(self.apis, "submit_refund", payment_id, work)).is_ok

    async def decide(self, payment_id: str, refund_id: str, *, is_approved: bool) -> bool:
        """Approves or rejects a refund. Returns True if the decision was accepted."""

        async def work(api: Api) -> object:
            return await api.decide_approval(self.principal, refund_id, is_approved=is_approved)

        what = "approve_refund" if is_approved else "reject_refund"
        answer = await self.caller.insist(self.apis, what, payment_id, work)
        if answer.is_ok and is_approved:
            self.promises.approvals[refund_id, self.principal.id] = None
        elif answer.is_ok:
            self.promises.ends[refund_id] = Status.REJECTED
        return answer.is_ok

    async def settle(self, doubted: InDoubt, resolution: Resolution) -> bool:
        """Reconciles a refund that is in doubt. Returns True if the product accepted the request.

        The product accepts the request only while the payment has the version in `doubted`.
        """

        async def work(api: Api) -> object:
            return await api.reconcile_refund(
                self.principal, doubted.refund_id, resolution, "looked at the books", (doubted.version,)
            )

        return (await self.caller.insist(self.apis, f"settle_as_{resolution}", doubted.payment_id, work)).is_ok

    async def page(self, merchant_id: str, since: datetime, cursor: str) -> RefundPage | None:
        """Returns a page of a merchant's refunds, with the newest first. Returns None if there was no answer."""
        wanted = RefundFilter(limit=PAGE_ROWS, cursor=cursor, merchant_id=merchant_id, created_from=since)

        async def work(api: Api) -> object:
            return await api.lists.list_refunds(self.principal.scope, wanted)

        answer = await self.caller.insist(self.apis, "list_refunds", merchant_id, work)
        return answer.value if answer.is_ok else None

    async def read(self, payment_id: str, refund_id: str) -> Any:
        """Reads a refund and explains its status, as the API does. Returns None if there was no answer."""

        async def work(api: Api) -> object:
            payment, now = (
                await api.parts.payments.get_by_refund(self.principal.scope, refund_id),
                api.parts.clock.now(),
            )
            refund, limits = payment.refund(refund_id), api.parts.config_cache.limits(payment.path, now)
            explain(payment, refund, limits, now, api.profiles[payment.gateway])
            return refund

        answer = await self.caller.insist(self.apis, "read_refund", payment_id, work)
        if answer.outcome == "RefundNotFound":
            self.promises.broken(payment_id, f"{refund_id} was answered, and is not found")
        return answer.value if answer.is_ok else None


def creation(
    purchase: Purchase,
    key: str,
    amount: int | None,
    *,
    is_submitted: bool = True,
    lines: tuple[LineItem, ...] = (),
    metadata: Mapping[str, str] | None = None,
) -> CreateRefundCommand:
    """Returns the command that creates a refund."""
    return CreateRefundCommand(
        payment_id=purchase.payment_id,
        idempotency_key=key,
        fingerprint=f"{purchase.payment_id}/{amount}/{is_submitted}/{[line.id for line in lines]}",
        amount=amount,
        currency=purchase.currency,
        method=RefundMethod.ORIGINAL_PAYMENT,
        reason=Reason(code="requested_by_customer"),
        line_items=lines,
        metadata=metadata,
        is_submitted=is_submitted,
    )


def some_days_before(now: datetime, seeded_random: Random) -> datetime:
    """Returns a time of capture before `now`. In a few cases, the time is too long ago for a refund."""
    return now - timedelta(days=int(seeded_random.random() ** 6 * 200), seconds=int(seeded_random.random() * 3600))


def _method(seeded_random: Random) -> MethodType:
    draw = seeded_random.random()
    if draw < 0.8:
        return MethodType.CREDIT_CARD
    return MethodType.DEBIT_CARD if draw < 0.9 else MethodType.ACH
