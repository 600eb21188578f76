"""Simulates a gateway with its books, idempotency keys and habits. Processes call it through `MemoryGateway`.

The gateway moves money only once for each idempotency key, as long as the gateway remembers the key. The gateway never
refunds more than was captured. Its habits and the payment method's token decide everything else.

No method waits, and time and randomness are parameters. Later changes of refunds wait in a queue. To apply the next
change, the caller calls `advance` at the time that `due_at` returns.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush

from refunds.adapters.gateways.answers import HttpAnswer
from refunds.adapters.memory.gateway.gateway_books import MemoryBooks
from refunds.adapters.memory.gateway.gateway_habits import MISREPORTED, Habits, Plan, changes_of, plan_of
from refunds.adapters.memory.gateway.gateway_wire import (
    FAILED,
    NOT_FOUND,
    PENDING,
    SUCCEEDED,
    GatewayRefund,
    GatewayWebhook,
    encode,
    error,
    first_answer,
    status_answer,
    webhook,
)
from refunds.domain.attempt.gateway_profiles import profile_of
from refunds.domain.verification.gateway_books import Movement
from refunds.ports.gateway.gateway import Submission

MADE_BY_PEOPLE = "created"
REPEATED_UNSEEN = 0.7
"""Share of repeated submissions that are refused while status queries do not find the refund yet."""

MISREPORTED_CODE = "R02"
CONFIRMED_SINCE = 0.5
"""Share of misreported refunds that the books date after the wrong webhook, as if the status was confirmed."""

MONEY_IS_GONE = ("amount_exceeds_remaining", "charge_fully_refunded")


@dataclass(slots=True)
class Captured:
    """A captured payment with its amounts in minor units.

    `moved` is the amount that is already refunded. `pending` is the amount of refunds that are pending.
    """

    captured_amount: int
    currency: str
    moved: int = 0
    pending: int = 0

    @property
    def remaining(self) -> int:
        """Returns the amount that can still be refunded."""
        return self.captured_amount - self.moved - self.pending


def drop(_: GatewayWebhook) -> None:
    """Does nothing with the webhook."""


@dataclass(kw_only=True)
class SimulatedGateway:
    """One simulated gateway. It passes each webhook to `on_webhook`, which delivers the webhook.

    `clock_off` is added to all times in answers and webhooks.
    """

    now: Callable[[], datetime]
    seeded_random: random.Random
    name: str = "sandbox"
    habits: Habits = field(default_factory=Habits)
    on_webhook: Callable[[GatewayWebhook], None] = drop
    key_lifetime_s: int = 0
    clock_off: timedelta = timedelta()
    refunds: dict[str, GatewayRefund] = field(default_factory=dict)
    payments: dict[str, Captured] = field(default_factory=dict)
    submissions: int = 0
    moved_again: list[str] = field(default_factory=list)
    _by_reference: dict[str, GatewayRefund] = field(default_factory=dict)
    _by_alias: dict[str, GatewayRefund] = field(default_factory=dict)
    _calls: dict[str, int] = field(default_factory=dict)
    _later: list[tuple[datetime, int, str, str, str]] = field(default_factory=list)
    _planned: int = 0

    def __post_init__(self) -> None:
        self.key_lifetime_s = self.key_lifetime_s or profile_of(self.name).key_lifetime_s
        self.books = MemoryBooks(self.name)

    def submit(self, order: Submission) -> HttpAnswer:
        """Accepts a submission and returns the gateway's answer.

        Raises LineLost if the submission's plan is that no answer comes.
        """
        self.submissions += 1
        known, now = self._by_reference.get(order.attempt_id), self.now()
        if known is not None and now < known.made_at + timedelta(seconds=self.key_lifetime_s):
            if known.fingerprint != _fingerprint(order):
                return error(422, "idempotency_key_reused")
            return self._repeated(known)
        if order.gateway_payment_id in self.payments:
            captured_amount = self.payments[order.gateway_payment_id].captured_amount
            if captured_amount != order.captured_amount:
                return error(422, "invalid_request")
        calls = self._calls[order.attempt_id] = self._calls.get(order.attempt_id, 0) + 1
        plan = plan_of(order, calls, self.habits, self.seeded_random)
        if plan.answer is not None:
            return plan.answer
        plan.check_sent()
        refund = self._book(order, plan, is_again=known is not None)
        plan.check_answered()
        return plan.misspoken or first_answer(refund)

    def _repeated(self, known: GatewayRefund) -> HttpAnswer:
        """Returns the first answer again. Sometimes refuses instead, because the money has already moved."""
        share = max(self.habits.refuse_repeats, REPEATED_UNSEEN if self.now() < known.seen_from else 0.0)
        if self.habits.refuse_repeats > 0 and known.status != FAILED and self.seeded_random.random() < share:
            return error(422, self.seeded_random.choice(MONEY_IS_GONE))
        return first_answer(known)

    def query_status(self, reference: str, gateway_refund_id: str = "") -> HttpAnswer:
        """Answers a status query. Uses `gateway_refund_id` to find the refund, or `reference` if that id is empty."""
        found = self._by_reference.get(reference)
        if gateway_refund_id:
            found = self.refunds.get(gateway_refund_id) or self._by_alias.get(gateway_refund_id)
        if found is None or self.now() < found.seen_from or found.is_hidden:
            return NOT_FOUND
        return status_answer(found)

    def capture(self, gateway_payment_id: str, captured_amount: int, currency: str) -> None:
        """Adds a captured payment if it is not known. The first submission for a payment calls this as well."""
        self.payments.setdefault(gateway_payment_id, Captured(captured_amount, currency))

    def refund_by_people(self, gateway_payment_id: str, amount: int) -> GatewayRefund | None:
        """Makes a refund, as a person would in the gateway's dashboard. Returns None if the balance is too small."""
        payment = self.payments.get(gateway_payment_id)
        if payment is None or not 0 < amount <= payment.remaining:
            return None
        is_pending = self.habits.fickle > 0 and self.seeded_random.random() < self.habits.pending
        status = PENDING if is_pending else SUCCEEDED
        made = self._made(
            Submission(
                attempt_id="",
                merchant_id="",
                gateway_payment_id=gateway_payment_id,
                amount=amount,
                captured_amount=payment.captured_amount,
                currency=payment.currency,
                token="",
                metadata={},
            ),
            Plan(),
            status,
        )
        self._enter(made, payment)
        self._schedule(made, Plan(changes=tuple(changes_of(status, self.habits, self.seeded_random))))
        self.on_webhook(webhook(made, MADE_BY_PEOPLE))
        return made

    def due_at(self) -> datetime | None:
        """Returns the time at which the next refund changes. Returns None if no change is planned."""
        return self._later[0][0] if self._later else None

    def advance(self) -> None:
        """Applies all planned changes of refunds that are due now."""
        now = self.now()
        while self._later and self._later[0][0] <= now:
            _, _, refund_id, status, raw_code = heappop(self._later)
            if status == MISREPORTED:
                self._misreport(self.refunds[refund_id])
            else:
                self.change(self.refunds[refund_id], status, raw_code)

    def change(self, refund: GatewayRefund, status: str, raw_code: str = "") -> None:
        """Sets the refund to a status and sends a webhook. Does nothing if the balance is too small.

        Every change of status is allowed. If the refund already has this status, nothing changes.
        """
        payment, before = self.payments[refund.gateway_payment_id], refund.status
        reserved = 0 if before == FAILED else refund.amount
        if status == before and status == SUCCEEDED and self.now() >= refund.seen_from > refund.made_at:
            self._notify(refund)
        if status == before or (status != FAILED and payment.remaining + reserved < refund.amount):
            return
        payment.pending += (refund.amount if status == PENDING else 0) - (refund.amount if before == PENDING else 0)
        if SUCCEEDED in (before, status):
            self._move(refund, payment, refund.amount if status == SUCCEEDED else -refund.amount)
        refund.status, refund.raw_code = status, raw_code
        refund.changed_at = self._after(refund)
        self._notify(refund)

    def may_misreport(self, refund: GatewayRefund) -> bool:
        """True if a webhook may now contradict the books, because a later message will correct the webhook.

        A subclass that can decide this more exactly overrides this method.
        """
        return refund.status != PENDING

    def _misreport(self, refund: GatewayRefund) -> None:
        """Sends a webhook with the opposite status. The refund's status in the books does not change."""
        if not self.may_misreport(refund):
            return
        opposite, raw_code = (SUCCEEDED, "") if refund.status == FAILED else (FAILED, MISREPORTED_CODE)
        wrong = replace(refund, status=opposite, raw_code=raw_code, changed_at=self._after(refund))
        self.on_webhook(webhook(wrong, opposite))
        refund.events = wrong.events
        if self.seeded_random.random() < CONFIRMED_SINCE:
            refund.changed_at = wrong.changed_at + timedelta(milliseconds=1)

    def _after(self, refund: GatewayRefund) -> datetime:
        return max(self.now(), refund.changed_at + timedelta(milliseconds=1))

    def _book(self, order: Submission, plan: Plan, *, is_again: bool) -> GatewayRefund:
        self.capture(order.gateway_payment_id, order.captured_amount, order.currency)
        payment = self.payments[order.gateway_payment_id]
        status, raw_code = plan.status, plan.raw_code
        if payment.currency != order.currency:
            status, raw_code = FAILED, "currency_not_supported"
        elif status != FAILED and order.amount > payment.remaining:
            status, raw_code = FAILED, "amount_exceeds_remaining"
        refund = self._made(order, plan, status, raw_code)
        if is_again and status != FAILED:
            self.moved_again.append(refund.reference)
        self._enter(refund, payment)
        if status != FAILED:
            self._schedule(refund, plan)
        if status != FAILED or self.habits.reports_refusals:
            for _ in range(plan.webhooks_first):
                self._notify(refund)
        return refund

    def _schedule(self, refund: GatewayRefund, plan: Plan) -> None:
        for after_s, later, code in plan.changes:
            self._planned += 1
            at = refund.made_at + timedelta(seconds=after_s)
            heappush(self._later, (at, self._planned, refund.id, later, code))

    def _made(self, order: Submission, plan: Plan, status: str, raw_code: str = "") -> GatewayRefund:
        number, now = len(self.refunds) + 1, self.now()
        refund_id = f"gr_{number:08d}"
        return GatewayRefund(
            id=refund_id,
            reference=order.attempt_id,
            gateway_payment_id=order.gateway_payment_id,
            amount=order.amount,
            currency=order.currency,
            fingerprint=_fingerprint(order),
            first_status=status,
            status=status,
            raw_code=raw_code,
            made_at=now,
            changed_at=now,
            seen_from=now + timedelta(seconds=plan.unseen_s),
            arn=f"7{number:022d}",
            alias=f"req_{refund_id}" if plan.has_alias else "",
            is_accepted_only=plan.is_accepted_only,
            reports_time=plan.reports_time,
            reports_reference=plan.reports_reference or not order.attempt_id,
            is_silent=plan.is_silent and not plan.is_elusive,
            is_elusive=plan.is_elusive,
            is_misquoted=plan.is_misquoted,
            is_idless=plan.is_idless and plan.reports_reference,
            is_forgetful=plan.is_forgetful and not plan.is_idless,
            clock_off=self.clock_off,
        )

    def _enter(self, refund: GatewayRefund, payment: Captured) -> None:
        self.refunds[refund.id] = refund
        if refund.reference:
            self._by_reference[refund.reference] = refund
        if refund.alias:
            self._by_alias[refund.alias] = refund
        if refund.status == PENDING:
            payment.pending += refund.amount
        elif refund.status == SUCCEEDED:
            self._move(refund, payment, refund.amount)

    def _move(self, refund: GatewayRefund, payment: Captured, amount: int) -> None:
        payment.moved += amount
        movement = Movement(gateway_refund_id=refund.id, reference=refund.reference, amount=amount, arn=refund.arn)
        self.books.move(refund.gateway_payment_id, refund.currency, movement)

    def _notify(self, refund: GatewayRefund) -> None:
        if not refund.is_silent:
            self.on_webhook(webhook(refund, refund.status))


def _fingerprint(order: Submission) -> str:
    """Returns the whole request as one text. Two requests with the same idempotency key must have equal texts."""
    if not order.attempt_id:
        return ""
    fields = (order.gateway_payment_id, order.amount, order.captured_amount, order.currency, order.token)
    return encode([*fields, sorted(order.metadata.items())]).decode()
