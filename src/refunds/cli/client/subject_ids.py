"""Ids of payments and refunds as people type them.

If one is used instead of the other, it is refused before any call.
"""

from refunds.cli.errors import failure
from refunds.texts import command_facts as facts

PAYMENT, REFUND = "pay_", "ref_"


def payment_id_of(text: str) -> str:
    """Returns the id of a payment. Raises CommandFailed for the id of a refund."""
    if text.startswith(REFUND):
        raise failure(facts.RefundIdGiven(id=text))
    return text


def refund_id_of(text: str) -> str:
    """Returns the id of a refund. Raises CommandFailed for the id of a payment."""
    if text.startswith(PAYMENT):
        raise failure(facts.PaymentIdGiven(id=text))
    return text
