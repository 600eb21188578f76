"""Ids of payments and refunds as people give them: one in the place of the other is refused before any call."""

from refunds.cli.errors import failure
from refunds.texts import command_facts as facts

PAYMENT, REFUND = "pay_", "ref_"


def payment_id_of(text: str) -> str:
    """The id of a payment. CommandFailed for that of a refund."""
    if text.startswith(REFUND):
        raise failure(facts.RefundIdGiven(id=text))
    return text


def refund_id_of(text: str) -> str:
    """The id of a refund. CommandFailed for that of a payment."""
    if text.startswith(PAYMENT):
        raise failure(facts.PaymentIdGiven(id=text))
    return text
