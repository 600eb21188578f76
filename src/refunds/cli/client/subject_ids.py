"""Checks ids of payments and refunds as people type them.

If a person gives a refund's id in place of a payment's id, or the reverse, the command fails before any call.
"""

from refunds.cli.errors import failure
from refunds.texts import command_facts as facts

PAYMENT, REFUND = "pay_", "ref_"


def payment_id_of(text: str) -> str:
    """Returns the payment's id unchanged. Raises CommandFailed if the text is the id of a refund."""
    if text.startswith(REFUND):
        raise failure(facts.RefundIdGiven(id=text))
    return text


def refund_id_of(text: str) -> str:
    """Returns the refund's id unchanged. Raises CommandFailed if the text is the id of a payment."""
    if text.startswith(PAYMENT):
        raise failure(facts.PaymentIdGiven(id=text))
    return text
