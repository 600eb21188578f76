"""Restores the first answer to a request when the request is repeated.

The answer is made from the stored payment or refund. Changes after the first answer are left out. `request_refund` and
the API's route for payments call this module. All functions are pure.
"""

from msgspec.structs import replace

from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.payment import DisputeState, Payment, Refund
from refunds.domain.payment.states import Status
from refunds.domain.payment.status_reason import AWAITS_APPROVAL


def as_first_recorded(payment: Payment) -> Payment:
    """Returns the payment as it was recorded at first, without refunds."""
    return replace(
        payment, version=1, reserved_amount=0, refunded_amount=0, dispute=DisputeState.NONE, refunds=(), events=()
    )


def as_first_answered(refund: Refund) -> Refund:
    """Returns the refund as it was when it was first written, but without `due_at` and `due_for`.

    If an earlier release stored the refund without `first_status`, it is returned unchanged.
    """
    first = refund.first_status
    if first is None:
        return refund
    is_waiting = first is Status.PENDING_APPROVAL
    is_refused = first is Status.VALIDATION_FAILED
    return replace(
        refund,
        status=first,
        status_reason=AWAITS_APPROVAL if is_waiting else refund.status_reason if is_refused else None,
        updated_at=refund.created_at,
        submitted_by="",
        submitted_at=None,
        approvals=(),
        approvals_required=refund.approvals_required if is_waiting else 0,
        approvals_raised_to=0,
        approval_rule=refund.approval_rule if is_waiting else "",
        violations=refund.violations if is_refused else (),
        attempts=_planned(refund) if first is Status.PROCESSING else (),
        arn="",
        expected_at=None,
        due_at=None,
        due_for=None,
    )


def _planned(refund: Refund) -> tuple[Attempt, ...]:
    """Returns the first attempt as it was before its first submission."""
    attempt = refund.attempts[0]
    made_at = refund.created_at
    return (Attempt(id=attempt.id, gateway=attempt.gateway, tries=1, at=made_at, first_sent_at=made_at),)
