"""Rules for a refund that waits for approval: which rules block it now, and how many approvals it needs. Pure.

Called by `approve_refund` inside its write, by `why`, and where a refund is shown. The number of approvals never falls
below that of the refund's review. Each of these numbers is at least as large as those that it contains:

- `Limits.approvals_required`: the tenant's parameter, for each refund of an amount that needs approval.
- `approvals_by_rule`: what the parameters in force now require of this amount: that number, or 0.
- `Refund.approvals_required`: what the parameters required at its review. Stored, never changed.
- `Refund.approvals_raised_to`: a larger number that was required at an approval since, else 0. Stored.
- `Refund.approvals_asked`: the larger of the two stored numbers.
- `approvals_needed`: the larger of `approvals_asked` and `approvals_by_rule`. It decides on an approval.
"""

from datetime import datetime

from msgspec.structs import replace

from refunds.domain.eligibility.eligibility import RefundCandidate, approvals_by_rule, review, within_velocity_limits
from refunds.domain.errors import BlockedByRule
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.states import Status
from refunds.domain.settings.refund_policy import Limits


def blocking_rules(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> tuple[BlockedByRule, ...]:
    """Returns the rules in force that block the refund.

    Time limits are not checked: an approver may have caused the delay.
    """
    verdict = review(payment, RefundCandidate.of(refund), limits, now)
    return tuple(rule for rule in verdict.broken if rule.category != "timeframe")


def check_velocity_limits(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> None:
    """Raises VelocityLimitExceeded if the refund exceeds the remaining daily or weekly limit."""
    broken = within_velocity_limits(payment, RefundCandidate.of(refund), limits, now)
    if broken is not None:
        raise broken


def check_not_blocked(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> None:
    """Raises BlockedByRule for the first rule that blocks the refund; its `also` has the other rules."""
    blocking = blocking_rules(payment, refund, limits, now)
    if blocking:
        blocking[0].also = blocking[1:]
        raise blocking[0]


def approvals_needed(payment: Payment, refund: Refund, limits: Limits) -> int:
    """Returns the largest number of approvals required at the review, at an approval since, or by today's rules."""
    by_rule = approvals_by_rule(payment, refund.amount, limits)
    return max(refund.approvals_asked, by_rule)


def with_current_approvals(payment: Payment, refund: Refund, limits: Limits) -> Refund:
    """Returns the refund with today's number of required approvals, if it still waits for approval."""
    if refund.status is not Status.PENDING_APPROVAL:
        return refund
    return with_approvals_needed(refund, approvals_needed(payment, refund, limits))


def with_approvals_needed(refund: Refund, needed: int) -> Refund:
    """Returns the refund with this number of required approvals; the review's number is kept for idempotent replays."""
    raised = needed if needed > refund.approvals_required else 0
    return refund if raised == refund.approvals_raised_to else replace(refund, approvals_raised_to=raised)
