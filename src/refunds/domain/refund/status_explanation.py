"""Explains why a refund has its status, what happens next, and when.

An explanation consists of facts. The endpoint `why` of the API calls this module. The module does no I/O.
"""

from datetime import datetime

from msgspec.structs import replace

from refunds.domain.attempt.gateway_profiles import GatewayProfile, profile_of
from refunds.domain.attempt.retry_policy import is_key_too_old, next_step, sent_count, waits_until
from refunds.domain.eligibility.approval_rules import approvals_needed, blocking_rules
from refunds.domain.eligibility.broken_rules import rule_of
from refunds.domain.eligibility.eligibility import RefundCandidate, within_velocity_limits
from refunds.domain.payment.attempt import Attempt, GatewayStep
from refunds.domain.payment.payment import REFUNDED_AT_GATEWAY, Payment, Refund
from refunds.domain.payment.states import Status
from refunds.domain.refund import explanation_facts as facts
from refunds.domain.refund.conflict_explanation import doubted
from refunds.domain.refund.explanation import Explanation, Statement, WaitsFor, due_of, explained, reason_of
from refunds.domain.settings.refund_policy import Limits

_ENDED: dict[Status, Statement] = {
    Status.COMPLETED: facts.HasCompleted(),
    Status.CANCELED: facts.WasCanceled(),
    Status.VALIDATION_FAILED: facts.BrokeRules(),
    Status.REJECTED: facts.WasRejected(),
    Status.FAILED: facts.HasFailed(),
    Status.REVERSED: facts.WasReversed(),
}
_AT_GATEWAY: dict[Status, type[facts.GatewayFact]] = {
    Status.PROCESSING: facts.IsSubmitting,
    Status.GATEWAY_PENDING: facts.IsPending,
    Status.GATEWAY_ERROR: facts.IsUnreached,
    Status.UNKNOWN: facts.IsUnknown,
}

OVERDUE_AFTER_S = 10
"""Seconds after which due work that no worker has claimed counts as overdue."""


def explain(
    payment: Payment, refund: Refund, limits: Limits, now: datetime, profile: GatewayProfile | None = None
) -> Explanation:
    """Returns the explanation of a refund at the time `now`.

    If `profile` is None, the documented response profile of the gateway is used.
    """
    special = doubted(payment, refund, now) or _released(payment, refund)
    if special is not None:
        return special
    ended = _ENDED.get(refund.status)
    if ended is not None:
        because: tuple[Statement, ...] = (ended, *(_broken_rules(refund) or reason_of(refund)))
        return explained(refund, because, (facts.IsFinal(),), WaitsFor.NOTHING)
    if refund.status is Status.DRAFT:
        return _draft(payment, refund, limits, now)
    if refund.status is Status.PENDING_APPROVAL:
        return _approval(payment, refund, limits, now)
    if refund.status is Status.SUBMITTED:
        review = facts.ReviewFollows(due=due_of(refund, now))
        return explained(refund, (facts.WaitsForReview(),), (review,), WaitsFor.SYSTEM)
    return _at_gateway(payment, refund, limits, now, profile)


def _released(payment: Payment, refund: Refund) -> Explanation | None:
    """Explains a refund that was canceled because an external refund left too little of the payment.

    Returns None for every other refund.
    """
    if refund.status_reason is None or refund.status_reason.code != REFUNDED_AT_GATEWAY:
        return None
    because = (facts.GaveWayToGateway(gateway=payment.gateway), *reason_of(refund))
    return explained(refund, because, (facts.IsFinal(), facts.RestNeedsNewRefund()), WaitsFor.NOTHING)


def _broken_rules(refund: Refund) -> tuple[Statement, ...]:
    """Returns the rules that ended the refund.

    Returns an empty tuple if no rule ended the refund, or if an earlier release stored texts instead of rules.
    """
    rules = [rule_of(violation) for violation in refund.violations]
    return tuple(rule for rule in rules if rule is not None) if all(rules) else ()


def _draft(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> Explanation:
    because: tuple[Statement, ...] = (facts.IsDraft(),)
    act: tuple[Statement, ...] = (facts.SubmitOrCancel(),)
    beyond = within_velocity_limits(payment, RefundCandidate(amount=refund.amount, method=refund.method), limits, now)
    if beyond is not None:
        because, act = (*because, facts.WouldBeRefused(), beyond), (*act, beyond)
    return explained(refund, because, act, WaitsFor.REQUESTER)


def _approval(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> Explanation:
    blocking = blocking_rules(payment, refund, limits, now)
    if blocking:
        because: tuple[Statement, ...] = (facts.CannotBeApproved(), *blocking)
        return explained(refund, because, (facts.RejectCancelOrUnblock(), *blocking), WaitsFor.APPROVER)
    required = approvals_needed(payment, refund, limits)
    given = sum(1 for approval in refund.approvals if approval.decision == "approved")
    needs = _needed(payment, refund, limits, required, given)
    if required > refund.approvals_required:
        needs = (*needs, facts.ApprovalsRaised(before=refund.approvals_required))
    kind = facts.FurtherApprovalsLeft if given else facts.ApprovalsLeft
    left = kind(left=max(required - given, 1), requester=refund.created_by)
    return explained(refund, needs, (left,), WaitsFor.APPROVER)


def _needed(payment: Payment, refund: Refund, limits: Limits, required: int, given: int) -> tuple[Statement, ...]:
    least = limits.auto_approval_below.of(payment.currency)
    if refund.amount < least:
        return (facts.ApprovalsNeededByEarlierRule(required=required, given=given),)
    return (facts.ApprovalsNeeded(least=least, currency=payment.currency, required=required, given=given),)


def _at_gateway(
    payment: Payment, refund: Refund, limits: Limits, now: datetime, profile: GatewayProfile | None
) -> Explanation:
    step = next_step(refund, limits, profile)
    if refund.lacks_approvals and step is GatewayStep.SUBMIT:
        lacks = facts.LacksApprovals(required=refund.approvals_asked)
        return explained(replace(refund, due_at=None), (lacks,), (facts.FindWhoEdited(),), WaitsFor.OPERATOR)
    because: tuple[Statement, ...] = (
        _AT_GATEWAY[refund.status](gateway=payment.gateway),
        *reason_of(refund),
        *_latest_error(refund),
        *_overdue(payment, refund, now),
    )
    if step is GatewayStep.SUBMIT:
        if refund.status is Status.GATEWAY_ERROR:
            return explained(refund, because, _submitted_again(refund, limits, now), WaitsFor.GATEWAY)
        return explained(refund, because, (facts.AwaitsAnswer(due=due_of(refund, now)),), WaitsFor.GATEWAY)
    attempt = refund.attempts[-1]
    if not attempt.was_acknowledged and is_key_too_old(refund, attempt, limits, profile, refund.due_at or now):
        because = (*because, _key_too_old(attempt, profile or profile_of(attempt.gateway)))
    asked = facts.OutcomeIsAsked(gateway=payment.gateway, due=due_of(refund, now))
    return explained(refund, because, (asked,), WaitsFor.GATEWAY)


def _latest_error(refund: Refund) -> tuple[Statement, ...]:
    """Returns the error of the latest call to the gateway, unless the error is already the stored reason.

    The stored reason may be older than the latest call, because only events change the reason.
    """
    latest = refund.attempts[-1].error_code
    is_reason = refund.status_reason is not None and refund.status_reason.code == latest
    return () if not latest or is_reason else (facts.LatestError(code=latest),)


def _overdue(payment: Payment, refund: Refund, now: datetime) -> tuple[Statement, ...]:
    """Returns the fact that the refund is overdue, or an empty tuple.

    A refund is overdue if no worker claims it within OVERDUE_AFTER_S seconds after it became due.
    """
    overdue_s = int((now - (refund.due_at or now)).total_seconds())
    return () if overdue_s < OVERDUE_AFTER_S else (facts.IsOverdue(gateway=payment.gateway, overdue_s=overdue_s),)


def _key_too_old(attempt: Attempt, profile: GatewayProfile) -> Statement:
    return facts.KeyTooOldToSubmit(gateway=attempt.gateway, key_lifetime_s=profile.key_lifetime_s)


def _submitted_again(refund: Refund, limits: Limits, now: datetime) -> tuple[Statement, ...]:
    """Returns the facts about the next submission of the refund.

    The number of the next submission does not count submissions that never reached the gateway.
    """
    attempt = refund.attempts[-1]
    again = facts.IsSubmittedAgain(
        due=due_of(refund, now), number=sent_count(attempt) + 1, submissions_max=limits.gateway_attempts_max
    )
    unsent: tuple[Statement, ...] = (facts.SomeNeverArrived(unsent=attempt.unsent),) if attempt.unsent else ()
    until = waits_until(attempt, limits)
    return (again, *unsent, *(() if until is None else (facts.WaitsUntil(until=until),)))
