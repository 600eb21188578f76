"""What each type of event means; the same texts as in infrastructure/, which a test compares."""

from collections.abc import Mapping

EVENT_MEANINGS: Mapping[str, str] = {
    "payment.captured": "A captured payment was recorded; refunds of it can be asked for.",
    "payment.disputed": "The state of a payment's dispute changed; open refunds of it may be held.",
    "refund.requested": "A refund was asked for and its amount reserved.",
    "refund.submitted": "A draft was submitted for review.",
    "refund.ready": "A refund needs nobody any more and goes to its gateway.",
    "refund.approval_requested": "A refund waits for somebody to approve it.",
    "refund.approval_given": "Somebody approved a refund; others may still have to.",
    "refund.validation_failed": "A refund broke a rule that blocks it; its amount is free again.",
    "refund.rejected": "An approver said no; the refund's amount is free again.",
    "refund.canceled": "A refund was canceled before it went out; its amount is free again.",
    "refund.gateway_pending": "The gateway took the refund and has not finished it.",
    "refund.gateway_error": "The gateway could not take the refund; it is tried again.",
    "refund.outcome_unknown": "The gateway did not answer; it is asked before anything else happens.",
    "refund.completed": "The money is on its way to the payee.",
    "refund.failed": "The gateway refused for good; the refund's amount is free again.",
    "refund.reversed": "A completed refund came back; its amount is free again.",
    "refund.contradicted": "The gateway says other than the refund's final state; a person must look.",
    "refund.taken_up": "A person takes up what the gateway left in doubt; the code is the person's note.",
    "refund.adopted": "A refund made in the gateway's own dashboard was found and taken in.",
}
