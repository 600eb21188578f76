"""Why a refund stands as it does, what happens next and when. Pure; asked by the api's `why` and the command line."""

from collections.abc import Sequence
from datetime import datetime

from refunds.domain.attempt.gateway_profiles import GatewayProfile, profile_of
from refunds.domain.attempt.retry_policy import is_key_too_old, next_step, sent_count, waits_until
from refunds.domain.eligibility.approval_rules import approvals_needed, blocking_violations
from refunds.domain.eligibility.eligibility import Request, summary, within_periods
from refunds.domain.money import format_amount
from refunds.domain.payment.attempt import Attempt, Step
from refunds.domain.payment.payment import REFUNDED_AT_GATEWAY, Payment, Refund, Violation
from refunds.domain.payment.replacing import replace
from refunds.domain.payment.states import Status
from refunds.domain.refund.conflict_explanation import doubted
from refunds.domain.refund.explanation import Explanation, WaitsFor, reason_in_brackets, said, when
from refunds.domain.settings.refund_policy import Limits

_ENDED: dict[Status, str] = {
    Status.COMPLETED: "The gateway confirmed that the money moved.",
    Status.CANCELED: "It was canceled before anything was sent; its amount is refundable again.",
    Status.VALIDATION_FAILED: "It breaks the rules in force; its amount is refundable again.",
    Status.REJECTED: "An approver rejected it; its amount is refundable again.",
    Status.FAILED: "The gateway refused it or it failed there; its amount is refundable again.",
    Status.REVERSED: "It had succeeded, then the money came back; its amount is refundable again.",
}


def explain(
    payment: Payment, refund: Refund, limits: Limits, now: datetime, profile: GatewayProfile | None = None
) -> Explanation:
    """The explanation of a refund as it stands at `now`. Without a profile, the one its gateway documents holds."""
    special = doubted(payment, refund, now) or _released(payment, refund)
    if special is not None:
        return special
    ended = _ENDED.get(refund.status)
    if ended is not None:
        return said(refund, f"{ended}{reason_in_brackets(refund)}", "Nothing: this is a final state.", WaitsFor.NOTHING)
    if refund.status is Status.DRAFT:
        return _draft(payment, refund, limits, now)
    if refund.status is Status.PENDING_APPROVAL:
        return _approval(payment, refund, limits, now)
    if refund.status is Status.SUBMITTED:
        return said(
            refund, "It waits for review.", f"It is held against the rules{when(refund, now)}.", WaitsFor.SYSTEM
        )
    return _at_gateway(payment, refund, limits, now, profile)


def _released(payment: Payment, refund: Refund) -> Explanation | None:
    """The explanation of a refund that gave way to money which moved at the gateway, None for every other."""
    if refund.status_reason is None or refund.status_reason.code != REFUNDED_AT_GATEWAY:
        return None
    return said(
        refund,
        f"It was canceled because the payment was refunded at {payment.gateway} itself, which left too little for it"
        f"{reason_in_brackets(refund)}. Nothing of it was sent.",
        "Nothing: this is a final state. What the customer is still owed needs a new refund, out of what is left.",
        WaitsFor.NOTHING,
    )


def _draft(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> Explanation:
    because, act = "It is a draft; nothing is reserved for it.", "Submit it, or cancel it."
    beyond = within_periods(payment, Request(amount=refund.amount, method=refund.method), limits, now)
    if beyond is not None:
        because = f"{because} Handed in now, it would be refused: {beyond.message}"
        act = f"{act} {beyond.remediation}"
    return said(refund, because, act, WaitsFor.REQUESTER)


def _approval(payment: Payment, refund: Refund, limits: Limits, now: datetime) -> Explanation:
    held = blocking_violations(payment, refund, limits, now)
    if held:
        return _held(refund, held)
    required = approvals_needed(payment, refund, limits)
    given = sum(1 for approval in refund.approvals if approval.decision == "approved")
    least = limits.auto_approval_below.of(payment.currency)
    rule = f"Refunds of {format_amount(least, payment.currency)} and more need"
    if refund.amount < least:
        rule = "By the rules in force when it was asked for, it needs"
    raised = f" ({refund.approvals_required} when it was asked for)" if required > refund.approvals_required else ""
    given_text = "none is given" if not given else f"{given} {'is' if given == 1 else 'are'} given"
    others = f"other than {refund.created_by}{' and those who approved' if given else ''}"
    left = max(required - given, 1)
    by = "an administrator" if left == 1 else "administrators"
    return said(
        refund,
        f"{rule} {_approvals(required)}{raised}; {given_text}.",
        f"{left} more {_approvals(left).partition(' ')[2]} by {by} {others}.",
        WaitsFor.APPROVER,
    )


def _held(refund: Refund, held: Sequence[Violation]) -> Explanation:
    """Of a refund that rules have come to stand against while it waits; it may be rejected or canceled all the same."""
    remedies = " ".join(violation.remediation for violation in held)
    return said(
        refund,
        f"It cannot be approved as it stands: {summary(held)}",
        f"Reject or cancel it, or remove what stands against it before it is approved. {remedies}",
        WaitsFor.APPROVER,
    )


def _approvals(count: int) -> str:
    return f"{count} approval{'' if count == 1 else 's'}"


HELD_BACK_AFTER_S = 10
"""Due work that nobody has taken up for so long is held back."""

_AT_GATEWAY: dict[Status, str] = {
    Status.PROCESSING: "It was sent, or is about to be sent, to {gateway}.",
    Status.GATEWAY_PENDING: "{gateway} took it and has not finished.",
    Status.GATEWAY_ERROR: "{gateway} could not be reached or would not take it yet; nothing moved.",
    Status.UNKNOWN: "{gateway} was asked and did not answer; the money may have moved, so it is never assumed failed.",
}


def _at_gateway(
    payment: Payment, refund: Refund, limits: Limits, now: datetime, profile: GatewayProfile | None
) -> Explanation:
    step = next_step(refund, limits, profile)
    if refund.lacks_approvals and step is Step.SUBMIT:
        return said(
            replace(refund, due_at=None),
            f"It stands as ready without the {_approvals(refund.approvals_asked)} that it needs; nothing is sent.",
            "A person must act: no decision did this. Run `refunds verify` and find who edited the database.",
            WaitsFor.OPERATOR,
        )
    because = _AT_GATEWAY[refund.status].format(gateway=payment.gateway) + reason_in_brackets(refund)
    because += _latest_error(refund)
    because += _held_back(payment, refund, now)
    if step is Step.SUBMIT:
        again = f"sent again under the same key{when(refund, now)}"
        act = f"The gateway's answer; without one it is {again}"
        if refund.status is Status.GATEWAY_ERROR:
            act = f"It is {again} ({_which_try(refund, limits)})"
        return said(refund, because, f"{act}.", WaitsFor.GATEWAY)
    attempt = refund.attempts[-1]
    if not attempt.was_acknowledged and is_key_too_old(refund, attempt, limits, profile, refund.due_at or now):
        because += _too_old_to_send(attempt, profile or profile_of(attempt.gateway))
    return said(refund, because, f"{payment.gateway} is asked for its outcome{when(refund, now)}.", WaitsFor.GATEWAY)


def _latest_error(refund: Refund) -> str:
    """What a later try or question came to; the reason is that of the last event."""
    latest = refund.attempts[-1].error_code
    is_told = refund.status_reason is not None and refund.status_reason.code == latest
    return "" if not latest or is_told else f" The latest call to the gateway came to {latest}."


def _held_back(payment: Payment, refund: Refund, now: datetime) -> str:
    """Said of what has been due for longer than a call takes to begin: nobody has taken it up."""
    overdue_s = int((now - (refund.due_at or now)).total_seconds())
    if overdue_s < HELD_BACK_AFTER_S:
        return ""
    return (
        f" It has been due for {overdue_s} s: while calls for this merchant, or all calls to {payment.gateway}, fail, "
        "only a few are made. It goes on as soon as one succeeds; the wait takes none of its tries."
    )


def _too_old_to_send(attempt: Attempt, profile: GatewayProfile) -> str:
    return (
        f" It is not sent again: {attempt.gateway} recognizes its idempotency key for {profile.key_lifetime_s} s only, "
        "and a later try could move the money twice."
    )


def _which_try(refund: Refund, limits: Limits) -> str:
    """Which of the tries that count comes next; an outage of the gateway takes none of them."""
    attempt = refund.attempts[-1]
    which = f"try {sent_count(attempt) + 1} of {limits.gateway_attempts_max}"
    if attempt.unsent:
        which += f"; {attempt.unsent} could not be sent and do not count"
    until = waits_until(attempt, limits)
    return which if until is None else f"{which}; waits until {until:%Y-%m-%d %H:%M} UTC"
