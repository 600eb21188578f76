"""Contains the text of each rule that can block a refund.

These texts are used in responses to refused requests and in the violations of refunds.
"""

from collections.abc import Mapping

from refunds.domain.eligibility import broken_rules as rules
from refunds.domain.errors import BlockedByRule, RefundsError
from refunds.texts.text import Text

_USED = (
    "The limit for refunds of one payment by {method:words} is {most:amount} in {span}. Of this limit, {used:amount} "
    "is used and {left:amount} is left, but the refund was requested for {asked:amount}."
)
_SET_BY = "The parameter {parameter} sets this limit."
_DISPUTE_PAYS = (
    "If the customer wins the dispute, the bank gives this money back to the customer. With a refund, the customer "
    "would get the money twice."
)

RULE_TEXTS: Mapping[type[RefundsError], Text] = {
    BlockedByRule: Text(
        "The rule {code} blocks the refund.",
        "Another release of the service applied this rule. This release cannot explain the rule.",
        "Ask the operators of the service what this rule requires.",
    ),
    rules.RefundWindowPassed: Text(
        "The payment was captured more than {days} days ago.",
        (
            "A refund must be requested within the refund window. The parameter refund_window_days sets the window, "
            "but for PayPal it is never longer than 180 days."
        ),
        "Ask an administrator to raise refund_window_days, or pay the customer in another way.",
    ),
    rules.RefundAmountAboveMaximum: Text(
        "The refund was requested for {asked:amount}, but the maximum for one refund is {most:amount}.",
        "The parameter refund_amount_max sets this limit.",
        "Request a smaller amount, or ask an administrator to raise refund_amount_max.",
    ),
    rules.AmountAboveVelocityLimit: Text(
        _USED,
        "The requested amount is larger than the whole limit. The parameter {parameter} sets the limit.",
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
        "Use one of these methods: {allowed}.",
    ),
    rules.RefundMethodNotConnected: Text(
        "Refunds by {method} cannot be paid out yet.",
        "No gateway that pays out by this method is connected.",
        "Use one of these methods: {connected}.",
    ),
    rules.PartialRefundNotSupported: Text(
        "A payment by {method:words} can be refunded only in full.",
        "With this payment method, a part of the amount cannot be given back.",
        "Request the whole captured amount.",
    ),
    rules.ChargebackLost: Text(
        "The customer has already received the money back through a chargeback.",
        "The customer's bank decided the dispute in favour of the customer.",
        "Do not refund the payment: the customer would get the money twice.",
    ),
    rules.DisputeOpen: Text(
        "A dispute about the payment is open.",
        _DISPUTE_PAYS,
        "Wait until the dispute has ended.",
    ),
}
