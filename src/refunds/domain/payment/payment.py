"""Defines a captured payment with its refunds. A payment is one document, and pure decisions change it.

A decision returns a new `Payment`, whose `events` are not stored yet. The store writes amounts, refunds and events in
one conditional write. Amounts are integers of minor units. Times are aware UTC and have whole milliseconds. On every
change, `with_refund` checks the invariant that reserved + refunded is between 0 and the captured amount.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from refunds.domain import ids
from refunds.domain.errors import AmountExceedsRefundable, RefundNotFound
from refunds.domain.open_enum import OpenEnum
from refunds.domain.payment.attempt import Attempt, GatewayStep
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.states import RESERVATION_EFFECTS, ReservationEffect, Status
from refunds.domain.payment.status_reason import PlainFact, StatusReason

HISTORY_EVENTS_MAX = 32
"""Number of latest events that a refund's own history keeps. The audit log keeps all events."""

CODE_CHARS_MAX = 64

CONTRADICTED = "contradicted"
"""Reason of a refund whose results contradict each other. A person must act if other refunds took its amount."""

MERGED = "merged"
"""Reason of an external refund that was merged into this service's own refund of the same movement."""

REFUNDED_AT_GATEWAY = "refunded_at_gateway"
"""Reason and event code of an unsent refund that ended because an external refund took its amount."""

DECISION_APPROVED = "approved"
"""The decision to approve. The event that makes a refund ready after its last approval has the same code."""

EXTERNAL_KEY_PREFIX = "adopted:"
"""Prefix of the idempotency keys of external refunds. Callers may not use this prefix."""


class MethodType(StrEnum):
    """The type of the payment method by which the customer paid."""

    CREDIT_CARD = "credit_card"
    DEBIT_CARD = "debit_card"
    ACH = "ach"
    PAYPAL = "paypal"
    APPLE_PAY = "apple_pay"
    GOOGLE_PAY = "google_pay"
    BALANCE = "balance"
    CRYPTO = "crypto"


class RefundMethod(StrEnum):
    """The way in which the money is paid back. A refund is paid only by the method that was recorded."""

    ORIGINAL_PAYMENT = "original_payment"
    BALANCE = "balance"
    OTHER = "other"


class DisputeState(OpenEnum):
    """The state of a chargeback against the payment.

    A state that only a later release knows blocks refunds in the same way as an open chargeback.
    """

    NONE = "none"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Work(OpenEnum):
    """The kind of work that a due refund waits for.

    Work of an unknown kind is left to the later release that knows it.
    """

    REVIEW = "review"
    GATEWAY = "gateway"


class PaymentMethod(Struct, frozen=True, kw_only=True):
    """The type and token of a payment method. It never contains a card number or an account number."""

    type: MethodType
    token: str
    brand: str = ""
    last4: str = ""


class LineItem(Struct, frozen=True, kw_only=True):
    """One line item of a payment or refund. `amount` includes `tax_amount`, and both are in minor units."""

    id: str
    amount: int
    tax_amount: int = 0
    quantity: int = 1
    description: str = ""


class Reason(Struct, frozen=True, kw_only=True):
    """The reason why the requester wants the refund."""

    code: str
    text: str = ""


class Violation(Struct, frozen=True, kw_only=True):
    """One rule that a refund breaks. `facts` are the fields of the rule's class in `eligibility.broken_rules`.

    `refunds.texts` has the texts. Earlier releases stored the texts here, as `message` and `remediation`. Both are
    empty now.
    """

    code: str
    category: str
    pointer: str
    message: str = ""
    remediation: str = ""
    facts: Mapping[str, PlainFact] | None = None


class Approval(Struct, frozen=True, kw_only=True):
    """One person's decision to approve or reject a refund."""

    by: str
    role: str
    decision: str
    at: datetime
    text: str = ""


class Refund(Struct, frozen=True, kw_only=True):
    """One refund of a payment. `history_count` counts all its events. Only the store keeps the events themselves.

    `first_status` is the status after the first write, and the answer to a repeated request needs it. `submitted_at` is
    when a draft was submitted, or None for a refund that never was a draft. `approvals_required` is the number of
    approvals that the review required. `approvals_raised_to` is a higher number that a later approval required, or 0.
    """

    id: str
    idempotency_key: str
    fingerprint: str
    status: Status
    status_reason: StatusReason | None
    amount: int
    method: RefundMethod
    reason: Reason
    created_at: datetime
    updated_at: datetime
    created_by: str
    submitted_by: str = ""
    submitted_at: datetime | None = None
    line_items: tuple[LineItem, ...] = ()
    metadata: Mapping[str, str] | None = None
    approvals: tuple[Approval, ...] = ()
    approvals_required: int = 0
    approvals_raised_to: int = 0
    approval_rule: str = ""
    violations: tuple[Violation, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    arn: str = ""
    expected_at: datetime | None = None
    due_at: datetime | None = None
    due_for: Work | None = None
    history_count: int = 0
    first_status: Status | None = None

    @property
    def counts_from(self) -> datetime:
        """Returns the time from which the refund counts toward the daily and weekly velocity limits."""
        return self.submitted_at or self.created_at

    @property
    def approvals_asked(self) -> int:
        """Returns the largest number of approvals that the review or a later approval has required so far."""
        return max(self.approvals_required, self.approvals_raised_to)

    @property
    def lacks_approvals(self) -> bool:
        """True if the refund has fewer approvals than `approvals_asked`."""
        return sum(1 for approval in self.approvals if approval.decision == DECISION_APPROVED) < self.approvals_asked


class Payment(Struct, frozen=True, kw_only=True):
    """A captured payment. `version` is the version of the stored document. `events` are new and not stored yet."""

    id: str
    merchant_id: str
    path: tuple[str, ...]
    version: int
    captured_amount: int
    reserved_amount: int
    refunded_amount: int
    currency: str
    payment_method: PaymentMethod
    gateway: str
    gateway_payment_id: str
    captured_at: datetime
    created_at: datetime
    idempotency_key: str
    fingerprint: str
    recorded_by: str = ""
    customer_id: str = ""
    dispute: DisputeState = DisputeState.NONE
    line_items: tuple[LineItem, ...] = ()
    metadata: Mapping[str, str] | None = None
    refunds: tuple[Refund, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def refundable_amount(self) -> int:
        """Returns the amount that may still be refunded, in minor units."""
        return self.captured_amount - self.reserved_amount - self.refunded_amount

    def refund(self, refund_id: str) -> Refund:
        """Returns the refund with this id. Raises RefundNotFound if the payment does not have it."""
        for refund in self.refunds:
            if refund.id == refund_id:
                return refund
        raise RefundNotFound(id=refund_id)

    def refund_by_key(self, idempotency_key: str) -> Refund | None:
        """Returns the refund that was created under this idempotency key, or None."""
        for refund in self.refunds:
            if refund.idempotency_key == idempotency_key:
                return refund
        return None

    def due(self, work: Work, now: datetime) -> Sequence[Refund]:
        """Returns the refunds of this payment that are due for this work at `now`."""
        return [r for r in self.refunds if r.due_for is work and r.due_at is not None and r.due_at <= now]

    def earliest_due(self) -> tuple[datetime, Work] | None:
        """Returns when the first refund of this payment is due, and for which work.

        Returns None if no refund will be due.
        """
        return earliest((refund.due_at, refund.due_for) for refund in self.refunds)


def earliest(due: Iterable[tuple[datetime | None, Work | None]]) -> tuple[datetime, Work] | None:
    """Returns the pair with the earliest time. Returns None if no pair has both a time and a work."""
    return min(((at, work) for at, work in due if at is not None and work is not None), default=None)


class Decision(Struct, frozen=True, kw_only=True):
    """The result of a decision, with the new payment and the refund concerned.

    `replayed` is True if nothing changed because the answer repeats an earlier one. `step` is set only by `begin_step`.
    It is what the worker has to do at the gateway.
    """

    payment: Payment
    refund: Refund
    replayed: bool = False
    step: GatewayStep | None = None


def with_refund(payment: Payment, before: Refund | None, after: Refund, events: tuple[Event, ...] = ()) -> Payment:
    """Returns the payment with `before` replaced by `after`, and with its amounts adjusted.

    If `before` is None, `after` is added. Raises AmountExceedsRefundable if the captured amount would be exceeded.
    """
    reserved = (
        payment.reserved_amount
        + _amount_in(after, ReservationEffect.RESERVED)
        - _amount_in(before, ReservationEffect.RESERVED)
    )
    refunded = (
        payment.refunded_amount
        + _amount_in(after, ReservationEffect.REFUNDED)
        - _amount_in(before, ReservationEffect.REFUNDED)
    )
    if reserved + refunded > payment.captured_amount:
        raise AmountExceedsRefundable(
            asked=after.amount, refundable=payment.refundable_amount, currency=payment.currency
        )
    if before is None:
        refunds = (*payment.refunds, after)
    else:
        refunds = tuple(after if r is before else r for r in payment.refunds)
    return replace(
        payment,
        reserved_amount=reserved,
        refunded_amount=refunded,
        refunds=refunds,
        events=(*payment.events, *events),
    )


def with_attempt(refund: Refund, before: Attempt, after: Attempt) -> Refund:
    """Returns the refund with its attempt `before` replaced by `after`."""
    return replace(refund, attempts=tuple(after if attempt is before else attempt for attempt in refund.attempts))


def _amount_in(refund: Refund | None, effect: ReservationEffect) -> int:
    return refund.amount if refund is not None and RESERVATION_EFFECTS[refund.status] is effect else 0


class NewEvent(Struct, frozen=True, kw_only=True):
    """An event of a refund that has no id, time and actor yet."""

    type: EventType
    from_status: str
    status: str
    code: str = ""


def emit_events(
    payment: Payment,
    before: Refund | None,
    after: Refund,
    new_events: tuple[NewEvent, ...],
    *,
    at: datetime,
    actor: str,
) -> Decision:
    """Returns the decision that changes `before` (None for a new refund) to `after` and emits these events."""
    first = len(payment.events)
    events = tuple(
        Event(
            id=ids.event_id(payment.id, payment.version + 1, first + index),
            type=new.type,
            at=at,
            refund_id=after.id,
            actor=actor,
            from_status=new.from_status,
            status=new.status,
            amount=after.amount,
            code=new.code[:CODE_CHARS_MAX],
        )
        for index, new in enumerate(new_events)
    )
    counted = replace(
        after,
        history_count=after.history_count + len(new_events),
        updated_at=at,
        first_status=after.status if before is None else after.first_status,
    )
    changed = with_refund(payment, before, counted, events)
    return Decision(payment=changed, refund=counted)
