"""The text of each rule that blocks a refund, used in refusals and for the violations of refunds."""

from collections.abc import Mapping

from refunds.domain.eligibility import broken_rules as rules
from refunds.domain.errors import BlockedByRule, RefundsError
from refunds.domain.payment.payment import Violation
from refunds.texts.text import Text, fill, parts_of

_USED = (
    "At most {most:amount} of one payment by {method:words} can be refunded in {span}. {used:amount} of that is used, "
    "and {left:amount} is left, but the refund was requested for {asked:amount}."
)
_SET_BY = "The parameter {parameter} sets this limit."
_DISPUTE_PAYS = "If the customer wins the dispute, the customer gets this money back. A refund could pay it twice."

RULE_TEXTS: Mapping[type[RefundsError], Text] = {
    BlockedByRule: Text(
        "The rule {code} blocks the refund.",
        "This release of the service does not know the rule.",
        "Ask an administrator which release reviewed the refund.",
    ),
    rules.RefundWindowPassed: Text(
        "The payment was captured more than {days} days ago.",
        "A refund must be requested within the refund window (refund_window_days, for PayPal at most 180 days).",
        "Ask an administrator to raise refund_window_days, or pay the customer another way.",
    ),
    rules.RefundAmountAboveMaximum: Text(
        "The refund was requested for {asked:amount}, but a refund may be at most {most:amount}.",
        "The parameter refund_amount_max sets this limit.",
        "Request a smaller amount, or ask an administrator to raise refund_amount_max.",
    ),
    rules.AmountAboveVelocityLimit: Text(
        _USED,
        "The requested amount is larger than the whole limit, which the parameter {parameter} sets.",
        "Request a smaller amount, or ask an administrator to raise {parameter}.",
    ),
    rules.VelocityLimitUsedUp: Text(
        _USED,
        _SET_BY,
        "Request a smaller amount, or wait until {room_at}, or ask an administrator to raise {parameter}.",
    ),
    rules.RefundMethodNotAllowed: Text(
        "Refunds by {method} are not allowed for this merchant.",
        "The parameter refund_methods_allowed lists the methods that are allowed.",
        "Use one of: {allowed}.",
    ),
    rules.RefundMethodNotConnected: Text(
        "Refunds by {method} cannot be paid out yet.",
        "No gateway that pays out by this method is connected.",
        "Use one of: {connected}.",
    ),
    rules.PartialRefundNotSupported: Text(
        "A payment by {method:words} can be refunded in full only.",
        "This payment method gives back the whole amount or nothing.",
        "Request the whole captured amount.",
    ),
    rules.ChargebackLost: Text(
        "The customer already has the money back by a chargeback.",
        "The customer's bank decided the dispute in favour of the customer.",
        "Do not refund the payment: the customer would get the money twice.",
    ),
    rules.DisputeOpen: Text(
        "A dispute about the payment is open.",
        _DISPUTE_PAYS,
        "Wait until the dispute has ended.",
    ),
}


def violation_texts(violation: Violation) -> tuple[str, str]:
    """Returns what is broken and why, and what to do; texts that an earlier release stored are unchanged."""
    if violation.message:
        return violation.message, violation.remediation
    rule = rules.rule_of(violation)
    if rule is None:
        text = RULE_TEXTS[BlockedByRule]
        return f"{fill(text.what, violation)} {text.why}", text.action
    what, why, action = parts_of(RULE_TEXTS[type(rule)], rule)
    return f"{what} {why}", action
