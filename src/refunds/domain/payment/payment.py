"""A captured payment with its refunds, stored as one document and changed by pure decisions.

A decision returns a new `Payment`; its `events` are those that are not stored yet. The store writes amounts, refunds
and events in one conditional write. Amounts are integers of minor units; times are aware UTC, whole milliseconds.
Invariant: 0 ≤ reserved + refunded ≤ captured, checked by `with_refund` on every change.
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
"""Number of latest events that a refund's own history keeps; the audit log keeps all."""

CODE_CHARS_MAX = 64

CONTRADICTED = "contradicted"
"""Reason of a refund whose results contradict each other; a person has to act if other refunds took its amount."""

MERGED = "merged"
"""Reason of an external refund that was merged into the refund of this service that made the same movement."""

REFUNDED_AT_GATEWAY = "refunded_at_gateway"
"""Reason of an unsent refund whose amount an external refund took; the event that ends the refund has the same code."""

DECISION_APPROVED = "approved"
"""Decision "approved"; also the code of the event by which the last approval makes a refund ready."""

EXTERNAL_KEY_PREFIX = "adopted:"
"""Prefix of the idempotency keys of external refunds; callers may not use it."""


class MethodType(StrEnum):
    """How the customer paid."""

    CREDIT_CARD = "credit_card"
    DEBIT_CARD = "debit_card"
    ACH = "ach"
    PAYPAL = "paypal"
    APPLE_PAY = "apple_pay"
    GOOGLE_PAY = "google_pay"
    BALANCE = "balance"
    CRYPTO = "crypto"


class RefundMethod(StrEnum):
    """How the money is paid back. A refund is paid by its recorded method or not at all."""

    ORIGINAL_PAYMENT = "original_payment"
    BALANCE = "balance"
    OTHER = "other"


class DisputeState(OpenEnum):
    """State of a chargeback against the payment.

    An unknown state of a later release blocks refunds like an open one.
    """

    NONE = "none"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Work(OpenEnum):
    """The kind of work that a due refund waits for. A value of a later release is left to that release."""

    REVIEW = "review"
    GATEWAY = "gateway"


class PaymentMethod(Struct, frozen=True, kw_only=True):
    """The payment method's type and token; never a card or account number."""

    type: MethodType
    token: str
    brand: str = ""
    last4: str = ""


class LineItem(Struct, frozen=True, kw_only=True):
    """One line item of a payment or refund. `amount` includes `tax_amount`; both in minor units."""

    id: str
    amount: int
    tax_amount: int = 0
    quantity: int = 1
    description: str = ""


class Reason(Struct, frozen=True, kw_only=True):
    """Why the requester wants the refund."""

    code: str
    text: str = ""


class Violation(Struct, frozen=True, kw_only=True):
    """One broken rule. `facts` are those of its class in `eligibility.broken_rules`, which has no texts.

    `refunds.texts` has the texts. Earlier releases stored them with the violation, as `message` and `remediation`,
    which are empty now.
    """

    code: str
    category: str
    pointer: str
    message: str = ""
    remediation: str = ""
    facts: Mapping[str, PlainFact] | None = None


class Approval(Struct, frozen=True, kw_only=True):
    """One person's decision on a refund."""

    by: str
    role: str
    decision: str
    at: datetime
    text: str = ""


class Refund(Struct, frozen=True, kw_only=True):
    """One refund of a payment. `history_count` counts all its events; the events themselves stay in the store.

    `first_status` is the status after the first write, for the answer to a repeated request. `submitted_at` is when a
    draft was submitted; None for a refund that never was a draft. `approvals_required` is the number at its review,
    `approvals_raised_to` a higher one at an approval since, or 0.
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
        """Returns the moment from which the refund counts toward the daily and weekly velocity limits."""
        return self.submitted_at or self.created_at

    @property
    def approvals_asked(self) -> int:
        """Returns the largest number of approvals required so far: at the review, or at an approval since."""
        return max(self.approvals_required, self.approvals_raised_to)

    @property
    def lacks_approvals(self) -> bool:
        """True if the refund has fewer approvals than `approvals_asked`."""
        return sum(1 for approval in self.approvals if approval.decision == DECISION_APPROVED) < self.approvals_asked


class Payment(Struct, frozen=True, kw_only=True):
    """A captured payment. `version` is that of the stored document; `events` are those that are not stored yet."""

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
        """Returns the refund with this id. Raises RefundNotFound."""
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
        """Returns the payment's refunds for which this work is due at `now`."""
        return [r for r in self.refunds if r.due_for is work and r.due_at is not None and r.due_at <= now]

    def earliest_due(self) -> tuple[datetime, Work] | None:
        """Returns the moment at which the first of its refunds is due, and the kind of work; None if none is due."""
        return earliest((refund.due_at, refund.due_for) for refund in self.refunds)


def earliest(due: Iterable[tuple[datetime | None, Work | None]]) -> tuple[datetime, Work] | None:
    """Returns the earliest of these moments with its work; None if there is none."""
    return min(((at, work) for at, work in due if at is not None and work is not None), default=None)


class Decision(Struct, frozen=True, kw_only=True):
    """Result of a decision: the new payment, the refund concerned, and whether the answer repeats an earlier one.

    `step` is set only by `begin_step`: it names what the worker has to do at the gateway.
    """

    payment: Payment
    refund: Refund
    replayed: bool = False
    step: GatewayStep | None = None


def with_refund(payment: Payment, before: Refund | None, after: Refund, events: tuple[Event, ...] = ()) -> Payment:
    """Returns the payment with `before` replaced by `after` and its amounts adjusted; `before` None appends `after`."""
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
    """A refund's event from one status to another, before it gets its id, time and actor."""

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
