"""Publishes a hint that a refund can be worked on. If the hint is lost, the sweep finds the refund."""

from refunds.domain.payment.payment import Decision, Payment, Refund, Work
from refunds.domain.payment.states import Status
from refunds.ports.gateway.hints import Hint, HintKind, Hints


def hint_at_next(hints: Hints, decision: Decision) -> None:
    """Publishes a hint for the refund's next work if that work can begin now."""
    refund = decision.refund
    if refund.status is Status.PROCESSING:
        hints.publish(_hint(HintKind.SUBMIT, decision.payment, refund))
    elif refund.due_for is Work.REVIEW:
        hints.publish(_hint(HintKind.REVIEW, decision.payment, refund))


def _hint(kind: HintKind, payment: Payment, refund: Refund) -> Hint:
    return Hint(
        kind=kind,
        payment_id=payment.id,
        refund_id=refund.id,
        merchant_id=payment.merchant_id,
        gateway=payment.gateway,
    )
