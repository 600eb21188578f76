"""Checks whether a refund is eligible. It applies compliance and approval rules and returns all broken rules.

The decision that submits a refund calls this module. All functions are pure. Limits and the time are parameters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from refunds.domain.eligibility.broken_rules import (
    ChargebackLost,
    DisputeOpen,
    PartialRefundNotSupported,
    RefundAmountAboveMaximum,
    RefundMethodNotAllowed,
    RefundMethodNotConnected,
    RefundWindowPassed,
)
from refunds.domain.eligibility.velocity_limits import exceeded_limit, exceeded_rule
from refunds.domain.errors import BlockedByRule
from refunds.domain.payment.payment import DisputeState, MethodType, Payment, Refund, RefundMethod
from refunds.domain.settings.refund_policy import Limits

FULL_ONLY = frozenset({MethodType.ACH, MethodType.CRYPTO})
PAYPAL_WINDOW_DAYS = 180


class ConnectedMethod(StrEnum):
    """The refund methods that can pay out money. Requests accept only these methods.

    A stored refund may have another method. Such a refund is never paid out by one of these methods instead.
    """

    ORIGINAL_PAYMENT = RefundMethod.ORIGINAL_PAYMENT.value


REFUND_METHODS_CONNECTED = frozenset(RefundMethod(method.value) for method in ConnectedMethod)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCandidate:
    """The facts of a refund that the rules read. If `counts_from` is None, the refund is being submitted now."""

    amount: int
    method: RefundMethod
    refund_id: str = ""
    counts_from: datetime | None = None

    @classmethod
    def of(cls, refund: Refund) -> "RefundCandidate":
        """Returns the facts of a stored refund that the rules read."""
        return cls(amount=refund.amount, method=refund.method, refund_id=refund.id, counts_from=refund.counts_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityResult:
    """The result of a review, which is either the broken rules or the number of approvals.

    Broken rules block the refund. `approval_rule` names the parameter that requires the approvals.
    """

    broken: tuple[BlockedByRule, ...] = ()
    approvals_required: int = 0
    approval_rule: str = ""


Rule = Callable[[Payment, RefundCandidate, Limits, datetime], BlockedByRule | None]


def review(payment: Payment, candidate: RefundCandidate, limits: Limits, now: datetime) -> EligibilityResult:
    """Returns all rules that the refund breaks. If there are none, returns the number of approvals that it needs.

    `payment` may already contain the refund, which is then not counted twice.
    """
    found = tuple(v for v in (rule(payment, candidate, limits, now) for rule in ELIGIBILITY_RULES) if v is not None)
    if found:
        return EligibilityResult(broken=found)
    approvals = approvals_by_rule(payment, candidate.amount, limits)
    return EligibilityResult(approvals_required=approvals, approval_rule="auto_approval_below" if approvals else "")


def approvals_by_rule(payment: Payment, amount: int, limits: Limits) -> int:
    """Returns how many approvals the parameters in force require for this amount. Returns 0 for small amounts.

    This function does not check whether a rule blocks the refund.
    """
    needs_none = amount < limits.auto_approval_below.of(payment.currency)
    return 0 if needs_none else limits.approvals_required


def _within_window(payment: Payment, candidate: RefundCandidate, limits: Limits, now: datetime) -> BlockedByRule | None:
    days = limits.refund_window_days
    if payment.payment_method.type is MethodType.PAYPAL:
        days = min(days, PAYPAL_WINDOW_DAYS)
    if now - payment.captured_at <= timedelta(days=days):
        return None
    return RefundWindowPassed(days=days)


def _below_maximum(payment: Payment, candidate: RefundCandidate, limits: Limits, now: datetime) -> BlockedByRule | None:
    if limits.refund_amount_max is None:
        return None
    most = limits.refund_amount_max.of(payment.currency)
    if candidate.amount <= most:
        return None
    return RefundAmountAboveMaximum(asked=candidate.amount, most=most, currency=payment.currency)


def _method_allowed(
    payment: Payment, candidate: RefundCandidate, limits: Limits, now: datetime
) -> BlockedByRule | None:
    if candidate.method.value in limits.refund_methods_allowed:
        return None
    return RefundMethodNotAllowed(method=candidate.method.value, allowed=tuple(limits.refund_methods_allowed))


def _method_connected(
    payment: Payment, candidate: RefundCandidate, limits: Limits, now: datetime
) -> BlockedByRule | None:
    if candidate.method in REFUND_METHODS_CONNECTED:
        return None
    return RefundMethodNotConnected(method=candidate.method.value, connected=tuple(sorted(REFUND_METHODS_CONNECTED)))


def _whole_where_needed(
    payment: Payment, candidate: RefundCandidate, limits: Limits, now: datetime
) -> BlockedByRule | None:
    if payment.payment_method.type not in FULL_ONLY or candidate.amount == payment.captured_amount:
        return None
    return PartialRefundNotSupported(method=payment.payment_method.type.value)


def _no_chargeback_lost(
    payment: Payment, candidate: RefundCandidate, limits: Limits, now: datetime
) -> BlockedByRule | None:
    if payment.dispute is not DisputeState.LOST:
        return None
    return ChargebackLost()


def _no_open_dispute(
    payment: Payment, candidate: RefundCandidate, limits: Limits, now: datetime
) -> BlockedByRule | None:
    is_over = payment.dispute in (DisputeState.NONE, DisputeState.WON, DisputeState.LOST)
    if is_over or limits.pay_out_during_dispute:
        return None
    return DisputeOpen()


def within_velocity_limits(
    payment: Payment, candidate: RefundCandidate, limits: Limits, now: datetime
) -> BlockedByRule | None:
    """Returns the broken rule if the refund exceeds the daily or weekly velocity limit. Otherwise returns None.

    A request that exceeds a velocity limit is refused. A refund that breaks another rule is stored and ends as
    ineligible.
    """
    found = exceeded_limit(payment, candidate.refund_id, candidate.amount, limits, candidate.counts_from or now)
    if found is None:
        return None
    return exceeded_rule(found, payment)


ELIGIBILITY_RULES: tuple[Rule, ...] = (
    _within_window,
    _below_maximum,
    within_velocity_limits,
    _method_allowed,
    _method_connected,
    _whole_where_needed,
    _no_chargeback_lost,
    _no_open_dispute,
)
