"""What is said of why a refund has its status."""

from refunds.domain.payment.payment import Reason, Refund
from refunds.texts.rule_texts import violation_texts


def reason_text(refund: Refund, reason: Reason) -> str:
    """The text beside the reason's code: that of the rules that ended the refund, otherwise the one that is stored."""
    if reason.text or not refund.violations:
        return reason.text
    return " ".join(violation_texts(violation)[0] for violation in refund.violations)
