"""Compares the people and amounts in a stored refund with the events of the refund's history.

Verification calls this module. Verification also compares the events with the audit log. So a name that was edited in
only one place is found. The module does no I/O.
"""

from collections.abc import Iterator

from refunds.domain.finding import Finding
from refunds.domain.payment.events import CREATION_EVENTS
from refunds.domain.verification.history_findings import AmountDiffers, ApprovalsDiffer, MakerDiffers
from refunds.domain.verification.payment_snapshot import StoredApproval, StoredPayment, StoredRefund, decision_of


def actor_mismatches(stored: StoredPayment) -> Iterator[Finding]:
    """Yields a finding for each difference between a refund and its history.

    The requester, the time of creation, the amount and the approvals are compared.
    """
    for refund in stored.refunds:
        state = refund.state
        made = [(event.actor, event.at) for event in refund.history if event.type in CREATION_EVENTS]
        if any(named != (state.created_by, state.created_at) for named in made):
            yield MakerDiffers(refund_id=state.id)
        if any(event.amount != state.amount for event in refund.history):
            yield AmountDiffers(refund_id=state.id)
        if refund.is_history_whole and refund.approvals != tuple(_approvals(refund)):
            yield ApprovalsDiffer(refund_id=state.id)


def _approvals(refund: StoredRefund) -> Iterator[StoredApproval]:
    for event in refund.history:
        decision = decision_of(event)
        if decision:
            yield StoredApproval(by=event.actor, decision=decision, at=event.at)
