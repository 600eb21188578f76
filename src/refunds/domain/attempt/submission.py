"""Claims a due refund for one worker, and decides whether the worker submits the refund or queries its status.

All functions are pure.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.domain.attempt.retry_policy import next_step, sent_count, without_own_delay
from refunds.domain.errors import ApprovalsMissing
from refunds.domain.payment.attempt import GatewayStep
from refunds.domain.payment.payment import Decision, Payment, Refund, Work, with_refund
from refunds.domain.payment.states import Status
from refunds.domain.settings.refund_policy import Limits


def check_approved(refund: Refund) -> None:
    """Raises ApprovalsMissing if the refund is ready for submission but has too few approvals.

    That happens only if the database was edited.
    """
    if refund.lacks_approvals:
        raise ApprovalsMissing(id=refund.id)


def is_first_submission_open(refund: Refund, now: datetime) -> bool:
    """True while only the worker that was notified of the refund may send its first submission.

    That ends when the worker's lease ends, or when the worker calls `release_first_submission`. Then the refund is due,
    and any worker may claim the refund with `begin_step`.
    """
    attempt = refund.attempts[-1] if refund.attempts else None
    if attempt is None or refund.status is not Status.PROCESSING or refund.due_at is None:
        return False
    return refund.due_at > now and (attempt.tries, attempt.asks) == (1, 0)


def release_first_submission(payment: Payment, refund_id: str, now: datetime) -> Decision:
    """Makes a refund due at once, because the worker cannot send the first submission in time.

    The first submission is counted as unsent. `replayed` is True if the first submission is no longer open, because its
    lease has ended or another worker has claimed the refund.
    """
    refund = payment.refund(refund_id)
    if not is_first_submission_open(refund, now):
        return Decision(payment=payment, refund=refund, replayed=True)
    unsent = replace(refund.attempts[-1], unsent=1, first_sent_at=None)
    released = replace(refund, attempts=(*refund.attempts[:-1], unsent), due_at=now)
    return Decision(payment=with_refund(payment, refund, released), refund=released)


def begin_step(
    payment: Payment, refund_id: str, limits: Limits, now: datetime, profile: GatewayProfile | None = None
) -> Decision:
    """Claims a due refund for a worker until a lease ends. The decision's `step` is what the worker has to do.

    `replayed` is True if the refund is not due. Raises ApprovalsMissing if the step is a submission and the refund has
    too few approvals. A status query needs no approvals.
    """
    refund = payment.refund(refund_id)
    if refund.due_for is not Work.GATEWAY or refund.due_at is None or refund.due_at > now:
        return Decision(payment=payment, refund=refund, replayed=True)
    attempt = without_own_delay(refund.attempts[-1], refund.due_at, now)
    step = next_step(replace(refund, attempts=(*refund.attempts[:-1], attempt)), limits, profile, now)
    if step is GatewayStep.SUBMIT:
        check_approved(refund)
        first_sent_at = attempt.first_sent_at if sent_count(attempt) > 0 else now
        attempt = replace(attempt, tries=attempt.tries + 1, at=now, first_sent_at=first_sent_at)
    else:
        attempt = replace(attempt, asks=attempt.asks + 1)
    taken = replace(
        refund,
        attempts=(*refund.attempts[:-1], attempt),
        due_at=now + timedelta(seconds=limits.gateway_lease_s),
    )
    return Decision(payment=with_refund(payment, refund, taken), refund=taken, step=step)
