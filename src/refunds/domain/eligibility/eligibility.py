"""Whether a refund may go: the first set of compliance and approval rules, all violations at once.

Called by the decision that submits a refund. Pure: limits and the moment are parameters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from refunds.domain.eligibility.velocity_limits import excess, remedy, told
from refunds.domain.money import format_amount
from refunds.domain.payment.payment import DisputeState, MethodType, Payment, Refund, RefundMethod, Violation
from refunds.domain.settings.refund_policy import Limits

FULL_ONLY = frozenset({MethodType.ACH, MethodType.CRYPTO})
PAYPAL_WINDOW_DAYS = 180

CONNECTED = frozenset({RefundMethod.ORIGINAL_PAYMENT})
"""Refund methods that are connected to a rail. A refund is never paid out by another method than the recorded one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a refund asks for, seen by the rules. Without `counts_from` it is submitted now."""

    amount: int
    method: RefundMethod
    refund_id: str = ""
    counts_from: datetime | None = None

    @classmethod
    def of(cls, refund: Refund) -> "Request":
        """The facts of that refund."""
        return cls(amount=refund.amount, method=refund.method, refund_id=refund.id, counts_from=refund.counts_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityResult:
    """Violations block the refund; else the number of approvals needed, and the rule that requires them."""

    violations: tuple[Violation, ...] = ()
    approvals_required: int = 0
    approval_rule: str = ""


Rule = Callable[[Payment, Request, Limits, datetime], Violation | None]


def review(payment: Payment, request: Request, limits: Limits, now: datetime) -> EligibilityResult:
    """All violations, or the approvals needed. `payment` is as it was before this refund."""
    found = tuple(v for v in (rule(payment, request, limits, now) for rule in RULES) if v is not None)
    if found:
        return EligibilityResult(violations=found)
    approvals = approvals_by_rule(payment, request.amount, limits)
    return EligibilityResult(approvals_required=approvals, approval_rule="auto_approval_below" if approvals else "")


def approvals_by_rule(payment: Payment, amount: int, limits: Limits) -> int:
    """The number of approvals that a refund of that amount needs, apart from all other rules."""
    is_without = amount < limits.auto_approval_below.of(payment.currency)
    return 0 if is_without else limits.approvals_required


def summary(violations: Sequence[Violation]) -> str:
    """All messages as one text for people."""
    return " ".join(v.message for v in violations)


def _within_window(payment: Payment, request: Request, limits: Limits, now: datetime) -> Violation | None:
    days = limits.refund_window_days
    if payment.payment_method.type is MethodType.PAYPAL:
        days = min(days, PAYPAL_WINDOW_DAYS)
    if now - payment.captured_at <= timedelta(days=days):
        return None
    return Violation(
        code="refund_window_passed",
        category="timeframe",
        pointer="/payment_id",
        message=f"The payment was captured more than {days} days ago.",
        remediation="Ask an administrator to widen refund_window_days, or pay the customer another way.",
    )


def _below_maximum(payment: Payment, request: Request, limits: Limits, now: datetime) -> Violation | None:
    if limits.refund_amount_max is None:
        return None
    most = limits.refund_amount_max.of(payment.currency)
    if request.amount <= most:
        return None
    return Violation(
        code="refund_amount_above_maximum",
        category="amount",
        pointer="/amount",
        message=f"{format_amount(request.amount, payment.currency)} is asked for, a refund is at most "
        f"{format_amount(most, payment.currency)}.",
        remediation="Ask for less, or ask an administrator to raise refund_amount_max.",
    )


def _method_allowed(payment: Payment, request: Request, limits: Limits, now: datetime) -> Violation | None:
    if request.method.value in limits.refund_methods_allowed:
        return None
    return Violation(
        code="refund_method_not_allowed",
        category="method",
        pointer="/method",
        message=f"Refunds by {request.method.value} are not allowed here.",
        remediation=f"Use one of: {', '.join(limits.refund_methods_allowed)}.",
    )


def _method_connected(payment: Payment, request: Request, limits: Limits, now: datetime) -> Violation | None:
    if request.method in CONNECTED:
        return None
    return Violation(
        code="refund_method_not_connected",
        category="method",
        pointer="/method",
        message=f"Refunds by {request.method.value} cannot be paid out yet.",
        remediation=f"Use one of: {', '.join(sorted(CONNECTED))}.",
    )


def _whole_where_needed(payment: Payment, request: Request, limits: Limits, now: datetime) -> Violation | None:
    if payment.payment_method.type not in FULL_ONLY or request.amount == payment.captured_amount:
        return None
    return Violation(
        code="partial_refund_not_supported",
        category="method",
        pointer="/amount",
        message=f"A payment by {payment.payment_method.type.value} is refunded in full only.",
        remediation="Ask for the whole captured amount.",
    )


def _no_chargeback_lost(payment: Payment, request: Request, limits: Limits, now: datetime) -> Violation | None:
    if payment.dispute is not DisputeState.LOST:
        return None
    return Violation(
        code="chargeback_lost",
        category="network",
        pointer="/payment_id",
        message="The customer already has the money back by a chargeback.",
        remediation="None: a refund would pay twice.",
    )


def _no_open_dispute(payment: Payment, request: Request, limits: Limits, now: datetime) -> Violation | None:
    is_over = payment.dispute in (DisputeState.NONE, DisputeState.WON, DisputeState.LOST)
    if is_over or limits.pay_out_during_dispute:
        return None
    return Violation(
        code="dispute_open",
        category="network",
        pointer="/payment_id",
        message="A dispute on the payment is open; a refund now may pay twice.",
        remediation="Wait for the end of the dispute.",
    )


def within_periods(payment: Payment, request: Request, limits: Limits, now: datetime) -> Violation | None:
    """The limits of a day and a week; only these refuse a request instead of ending its refund."""
    found = excess(payment, request.refund_id, request.amount, limits, request.counts_from or now)
    if found is None:
        return None
    return Violation(
        code="period_limit_exceeded",
        category="frequency",
        pointer="/amount",
        message=told(found, payment),
        remediation=remedy(found),
    )


RULES: tuple[Rule, ...] = (
    _within_window,
    _below_maximum,
    within_periods,
    _method_allowed,
    _method_connected,
    _whole_where_needed,
    _no_chargeback_lost,
    _no_open_dispute,
)
