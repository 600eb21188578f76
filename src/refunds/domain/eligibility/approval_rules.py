"""Decides which rules block a refund that waits for approval, and how many approvals the refund needs.

`approve_refund`, the endpoint `why` and the code that shows refunds call this module. All functions are pure. The
number of approvals never falls below the number that the review required. There are six numbers:

- `Limits.approvals_required` is the tenant's parameter. It applies to a refund whose amount needs approval.
- `approvals_by_rule` is what the current parameters require for this amount. It is the tenant's parameter, or 0.
- `Refund.approvals_required` is what the parameters required at the review. It is stored and never changes.
- `Refund.approvals_raised_to` is a larger number that an approval required later, or 0. It is stored.
- `Refund.approvals_asked` is the larger of the two stored numbers.
- `approvals_needed` is the larger of `approvals_asked` and `approvals_by_rule`. It decides on an approval.
"""

from datetime import datetime

from msgspec.structs import replace

from refunds.domain.eligibility.eligibility import RefundCandidate, approvals_by_rule, review, within_velocity_limits
from refunds.domain.errors import BlockedByRule
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.states import Status
from refunds.domain.settings.refund_policy import Limits


def blocking_rules(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> tuple[BlockedByRule, ...]:
    """Returns the rules in force that now block the refund.

    Time limits are not checked, because the approver may have caused the delay.
    """
    verdict = review(payment, RefundCandidate.of(refund), limits, now)
    return tuple(rule for rule in verdict.broken if rule.category != "timeframe")


def check_velocity_limits(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> None:
    """Raises VelocityLimitExceeded if the refund exceeds what is left of a velocity limit."""
    broken = within_velocity_limits(payment, RefundCandidate.of(refund), limits, now)
    if broken is not None:
        raise broken


def check_not_blocked(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> None:
    """Raises the error of the first rule that blocks the refund. `also` of that error has the other rules."""
    blocking = blocking_rules(payment, refund, limits, now)
    if blocking:
        blocking[0].also = blocking[1:]
        raise blocking[0]


def approvals_needed(payment: Payment, refund: Refund, limits: Limits) -> int:
    """Returns the number of approvals that the refund needs.

    It is the largest number that was required at the review or at a later approval, or that the current rules require.
    """
    by_rule = approvals_by_rule(payment, refund.amount, limits)
    return max(refund.approvals_asked, by_rule)


def with_current_approvals(payment: Payment, refund: Refund, limits: Limits) -> Refund:
    """Returns the refund with the number of approvals that it needs now, if the refund still waits for approval."""
    if refund.status is not Status.PENDING_APPROVAL:
        return refund
    return with_approvals_needed(refund, approvals_needed(payment, refund, limits))


def with_approvals_needed(refund: Refund, needed: int) -> Refund:
    """Returns the refund with `needed` as its number of required approvals.

    The number from the review is kept for idempotent replays.
    """
    raised = needed if needed > refund.approvals_required else 0
    return refund if raised == refund.approvals_raised_to else replace(refund, approvals_raised_to=raised)
