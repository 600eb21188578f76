"""Takes a due refund for one worker and decides, once, what that worker does at the gateway. Pure."""

from datetime import datetime, timedelta

from refunds.domain.attempt.attempt import Step
from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.domain.attempt.retry_policy import held_back, next_step, sent_count
from refunds.domain.errors import ApprovalsMissing
from refunds.domain.payment.payment import Decision, Payment, Refund, Work, with_refund
from refunds.domain.payment.replacing import replace
from refunds.domain.refund.states import Status
from refunds.domain.settings.refund_policy import Limits


def check_approved(refund: Refund) -> None:
    """ApprovalsMissing where it must not be sent, whatever its status says: nothing made it ready by the rules."""
    if refund.lacks_approvals:
        raise ApprovalsMissing(id=refund.id)


def is_first_try_open(refund: Refund, now: datetime) -> bool:
    """True while the first try belongs to whoever is told of the refund: nobody else has begun to send it or to ask."""
    attempt = refund.attempts[-1] if refund.attempts else None
    if attempt is None or refund.status is not Status.PROCESSING or refund.due_at is None:
        return False
    return refund.due_at > now and (attempt.tries, attempt.asks) == (1, 0)


def not_begun(payment: Payment, refund_id: str, now: datetime) -> Decision:
    """A refund whose first try the worker that was told of it did not begin: it is due, and that try does not count.

    `replayed` where another may have begun it: the lease of its intent is over, or it is not the first try.
    """
    refund = payment.refund(refund_id)
    if not is_first_try_open(refund, now):
        return Decision(payment=payment, refund=refund, replayed=True)
    unsent = replace(refund.attempts[-1], unsent=1, first_sent_at=None)
    held = replace(refund, attempts=(*refund.attempts[:-1], unsent), due_at=now)
    return Decision(payment=with_refund(payment, refund, held), refund=held)


def begin_try(
    payment: Payment, refund_id: str, limits: Limits, now: datetime, profile: GatewayProfile | None = None
) -> Decision:
    """Takes a due refund until the lease ends; `step` says what for. `replayed` where it is not due any more.

    ApprovalsMissing where it would be sent without them; asking what became of it is always right.
    """
    refund = payment.refund(refund_id)
    if refund.due_for is not Work.GATEWAY or refund.due_at is None or refund.due_at > now:
        return Decision(payment=payment, refund=refund, replayed=True)
    attempt = held_back(refund.attempts[-1], refund.due_at, now)
    step = next_step(replace(refund, attempts=(*refund.attempts[:-1], attempt)), limits, profile, now)
    if step is Step.SUBMIT:
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
