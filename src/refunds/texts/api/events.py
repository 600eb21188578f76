"""Explains each type of event. The folder infrastructure/ has the same texts, and a test compares both."""

from collections.abc import Mapping

EVENT_MEANINGS: Mapping[str, str] = {
    "payment.captured": "A captured payment was recorded; it can be refunded from now on.",
    "payment.disputed": (
        "A dispute about a payment was opened, or its state changed. An open dispute may block refunds of the payment."
    ),
    "refund.requested": "A refund was requested. If the refund is a draft, it reserves no amount yet.",
    "refund.submitted": "A draft was submitted; its amount is reserved.",
    "refund.ready": "A refund has all approvals that it needs; the service submits it to its gateway next.",
    "refund.approval_requested": "A refund waits for approval by another person.",
    "refund.approval_given": "A person approved a refund; it may need further approvals.",
    "refund.validation_failed": "A refund broke a rule and ended; the refund's amount is refundable again.",
    "refund.rejected": "An approver rejected a refund; the refund's amount is refundable again.",
    "refund.canceled": (
        "A refund was canceled before it was submitted to its gateway; the refund's amount is refundable again."
    ),
    "refund.gateway_pending": "The gateway accepted a refund and has not finished it.",
    "refund.gateway_error": "The gateway did not accept a refund; the service submits the refund again.",
    "refund.outcome_unknown": "The gateway did not answer, so money may have moved; the service queries the gateway.",
    "refund.completed": "The gateway confirmed that it paid a refund; the money is on its way to the payer.",
    "refund.failed": "A refund failed at its gateway and ended; the refund's amount is refundable again.",
    "refund.reversed": "The money of a completed refund came back; the refund's amount is refundable again.",
    "refund.contradicted": (
        "The gateway reported the opposite of the refund's final status; a person may have to decide which result is "
        "true."
    ),
    "refund.taken_up": (
        "A person reconciled a refund whose outcome was in doubt; the event's field code contains the person's note."
    ),
    "refund.adopted": "The service recorded a refund that was made directly at the gateway, not by this service.",
}
