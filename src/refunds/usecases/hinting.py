"""Tells the next service that a refund can be worked on; the sweep finds it anyway where the hint is lost."""

from refunds.domain.payment import Decision, Work
from refunds.domain.states import Status
from refunds.ports.hints import Hint, HintKind, Hints


def hint_at_next(hints: Hints, decision: Decision) -> None:
    """Hints at the refund's next work, where it has any that need not wait."""
    refund = decision.refund
    if refund.status is Status.PROCESSING:
        hints.tell(Hint(kind=HintKind.SUBMIT, payment_id=decision.payment.id, refund_id=refund.id))
    elif refund.due_for is Work.REVIEW:
        hints.tell(Hint(kind=HintKind.REVIEW, payment_id=decision.payment.id, refund_id=refund.id))
