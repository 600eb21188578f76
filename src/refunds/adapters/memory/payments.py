"""Payments and refunds in memory: the double of the real store, held to the same contract suite.

Called by tests and the simulation. One event loop; nothing is awaited between reading and writing, so each change is
one step. The database's own guards (amounts, unique keys) are held here as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from refunds.domain import ids
from refunds.domain.errors import AlreadyExists, KeyReused, PaymentNotFound, RefundNotFound
from refunds.domain.events import Event
from refunds.domain.payment import HISTORY_EVENTS_MAX, Decision, Payment, Work
from refunds.domain.tenancy import Scope
from refunds.ports.payments import EVERYBODY, Decide, Whose


class BrokenInvariant(Exception):
    """A decision would have stored amounts that the database refuses."""


class MemoryPayments:
    """Payments by id, with the histories of their refunds."""

    def __init__(self) -> None:
        self._payments: dict[str, Payment] = {}
        self._histories: dict[str, list[Event]] = {}
        self._leases: dict[str, datetime] = {}

    def all(self) -> Iterable[Payment]:
        """Every payment, for the lists and for tests."""
        return self._payments.values()

    async def add(self, payment: Payment) -> tuple[Payment, bool]:
        """Stores a new payment, or answers the earlier one of the same key and body."""
        for known in self._payments.values():
            if known.merchant_id == payment.merchant_id and known.idempotency_key == payment.idempotency_key:
                if known.fingerprint != payment.fingerprint:
                    raise KeyReused
                return known, True
        if payment.id in self._payments:
            raise AlreadyExists(kind="payment")
        at_gateway = {(p.gateway, p.gateway_payment_id) for p in self._payments.values()}
        if (payment.gateway, payment.gateway_payment_id) in at_gateway:
            raise AlreadyExists(kind="payment", pointer="/gateway_payment_id")
        stored = replace(payment, version=1, events=())
        self._check(stored)
        self._payments[payment.id] = stored
        return stored, False

    async def get(self, scope: Scope, payment_id: str) -> Payment:
        """The payment, where the scope covers it."""
        payment = self._payments.get(payment_id)
        if payment is None or not scope.covers(payment.path):
            raise PaymentNotFound(id=payment_id)
        return payment

    async def paths(self, scope: Scope, payment_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """The places of those payments that the scope covers."""
        found = [self._payments[payment_id] for payment_id in payment_ids if payment_id in self._payments]
        return {payment.id: payment.path for payment in found if scope.covers(payment.path)}

    async def get_written(self, scope: Scope, payment_id: str) -> Payment:
        """The payment: nothing is ever written elsewhere."""
        return await self.get(scope, payment_id)

    async def get_by_refund(self, scope: Scope, refund_id: str) -> Payment:
        """The payment that holds this refund."""
        if ids.route_of(refund_id) is not None:
            for payment in self._payments.values():
                if scope.covers(payment.path) and any(refund.id == refund_id for refund in payment.refunds):
                    return payment
        raise RefundNotFound(id=refund_id)

    async def get_by_key(self, scope: Scope, merchant_id: str, idempotency_key: str) -> Payment | None:
        """The payment of the merchant that holds a refund of this key."""
        for payment in self._payments.values():
            if payment.merchant_id == merchant_id and payment.refund_by_key(idempotency_key) is not None:
                return payment if scope.covers(payment.path) else None
        return None

    async def get_by_gateway_id(self, scope: Scope, gateway: str, gateway_payment_id: str) -> Payment:
        """The payment that the gateway knows by this id."""
        for payment in self._payments.values():
            known = (payment.gateway, payment.gateway_payment_id) == (gateway, gateway_payment_id)
            if known and scope.covers(payment.path):
                return payment
        raise PaymentNotFound(id=gateway_payment_id)

    async def change(self, scope: Scope, payment_id: str, decide: Decide) -> Decision:
        """Decides on the present aggregate and stores the result."""
        present = self._payments.get(payment_id)
        if present is None or not scope.covers(present.path):
            raise PaymentNotFound(id=payment_id, pointer="/payment_id")
        decision = decide(present)
        if decision.payment == present:
            return decision
        stored = replace(decision.payment, version=present.version + 1, events=())
        self._check(stored)
        self._payments[payment_id] = stored
        self._leases.pop(payment_id, None)
        self._keep(decision.payment.events)
        return replace(decision, payment=stored)

    def _check(self, payment: Payment) -> None:
        amounts = (payment.captured_amount, payment.reserved_amount, payment.refunded_amount)
        if min(amounts) < 0 or payment.refundable_amount < 0:
            raise BrokenInvariant(f"amounts of {payment.id}: captured, reserved, refunded = {amounts}")
        keys = [refund.idempotency_key for refund in payment.refunds]
        if len(set(keys)) != len(keys):
            raise BrokenInvariant(f"two refunds of {payment.id} share a key")
        for other in self._payments.values():
            is_beside = other.merchant_id == payment.merchant_id and other.id != payment.id
            if is_beside and any(other.refund_by_key(key) is not None for key in keys):
                raise AlreadyExists(kind="refund", pointer="")

    def _keep(self, events: Sequence[Event]) -> None:
        for event in events:
            history = self._histories.setdefault(event.refund_id, [])
            history.append(event)
            del history[:-HISTORY_EVENTS_MAX]

    async def history(self, scope: Scope, refund_id: str) -> Sequence[Event]:
        """The latest events of a refund, oldest first."""
        await self.get_by_refund(scope, refund_id)
        return tuple(self._histories.get(refund_id, ()))

    async def claim_due(
        self, work: Work, now: datetime, lease_s: float, claims_max: int, whose: Whose = EVERYBODY
    ) -> Sequence[Payment]:
        """Takes payments with due work until the lease ends."""
        claimed: list[Payment] = []
        for payment in sorted(self._payments.values(), key=lambda p: (p.earliest_due() or (now,))[0]):
            leased_until = self._leases.get(payment.id)
            is_free = leased_until is None or leased_until <= now
            is_wanted = _is_of(payment, whose) and not (whose.is_one_each and payment.merchant_id in _of(claimed))
            if len(claimed) < claims_max and is_free and is_wanted and _has_due(payment, work, now):
                self._leases[payment.id] = now + timedelta(seconds=lease_s)
                claimed.append(payment)
        return claimed


def _of(payments: Iterable[Payment]) -> set[str]:
    return {payment.merchant_id for payment in payments}


def _is_of(payment: Payment, whose: Whose) -> bool:
    is_named = whose.only is None or payment.merchant_id in whose.only
    return is_named and payment.merchant_id not in whose.without and payment.gateway not in whose.gateways_without


def _has_due(payment: Payment, work: Work, now: datetime) -> bool:
    return any(r.due_for is work and r.due_at is not None and r.due_at <= now for r in payment.refunds)
