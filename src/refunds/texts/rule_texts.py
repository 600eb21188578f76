"""The text of each rule that blocks a refund, in a refusal and beside the refund that the rule ended."""

from collections.abc import Mapping

from refunds.domain.eligibility import broken_rules as rules
from refunds.domain.errors import BlockedByRule, RefundsError
from refunds.domain.payment.payment import Violation
from refunds.texts.text import Text, fill, parts_of

_USED = (
    "Of a payment by {method:words} at most {most:amount} is refunded in {span}; {used:amount} of that is used, "
    "{left:amount} is left, {asked:amount} is asked for."
)
_SET_BY = "The parameter {parameter} sets this limit."
_DISPUTE_PAYS = "A dispute that the payer wins gives the money back, too: a refund now may pay twice."

RULE_TEXTS: Mapping[type[RefundsError], Text] = {
    BlockedByRule: Text(
        "The rule {code} blocks the refund.",
        "This release of the service does not know the rule.",
        "Ask an administrator which release reviewed the refund.",
    ),
    rules.RefundWindowPassed: Text(
        "The payment was captured more than {days} days ago.",
        "A refund is asked for within the refund window (refund_window_days, for PayPal at most 180 days).",
        "Ask an administrator to widen refund_window_days, or pay the customer another way.",
    ),
    rules.RefundAmountAboveMaximum: Text(
        "{asked:amount} is asked for, a refund is at most {most:amount}.",
        "The parameter refund_amount_max sets this limit.",
        "Ask for less, or ask an administrator to raise refund_amount_max.",
    ),
    rules.AmountAboveVelocityLimit: Text(
        _USED,
        "The amount is more than the limit itself, which the parameter {parameter} sets.",
        "Ask for less, or ask an administrator to raise {parameter}.",
    ),
    rules.VelocityLimitUsedUp: Text(
        _USED, _SET_BY, "Ask for less, or again from {room_at} on, or ask an administrator to raise {parameter}."
    ),
    rules.RefundMethodNotAllowed: Text(
        "Refunds by {method} are not allowed here.",
        "The parameter refund_methods_allowed lists the methods that are.",
        "Use one of: {allowed}.",
    ),
    rules.RefundMethodNotConnected: Text(
        "Refunds by {method} cannot be paid out yet.",
        "No gateway that pays out by this method is connected.",
        "Use one of: {connected}.",
    ),
    rules.PartialRefundNotSupported: Text(
        "A payment by {method:words} is refunded in full only.",
        "The payment method gives back the whole amount or nothing.",
        "Ask for the whole captured amount.",
    ),
    rules.ChargebackLost: Text(
        "The customer already has the money back by a chargeback.",
        "The payer's bank decided the dispute for the payer.",
        "Do not refund the payment: that would pay twice.",
    ),
    rules.DisputeOpen: Text("A dispute on the payment is open.", _DISPUTE_PAYS, "Wait for the end of the dispute."),
}


def violation_texts(violation: Violation) -> tuple[str, str]:
    """(What is broken and why, what to do). Texts that an earlier release stored are given as they are."""
    if violation.message:
        return violation.message, violation.remediation
    rule = rules.rule_of(violation)
    if rule is None:
        text = RULE_TEXTS[BlockedByRule]
        return f"{fill(text.what, violation)} {text.why}", text.action
    what, why, action = parts_of(RULE_TEXTS[type(rule)], rule)
    return f"{what} {why}", action
