"""Contains the texts that explain why a refund has its status.

There is a text for each detail, and for each code that needs no further facts.
"""

from collections.abc import Mapping

from refunds.domain.payment import reason_details as details
from refunds.domain.payment.payment import Refund
from refunds.domain.payment.reason_details import ReasonDetail, detail_of
from refunds.domain.payment.status_reason import AWAITS_APPROVAL, StatusReason
from refunds.domain.refund.lifecycle import ON_REQUEST
from refunds.texts.text import Text, filled
from refunds.texts.violation_texts import violation_texts

CODE_TEXTS: Mapping[str, str] = {
    AWAITS_APPROVAL.code: "The refund waits for approval by another person.",
    ON_REQUEST.code: "The refund was canceled on request.",
}

DETAIL_TEXTS: Mapping[type[ReasonDetail], Text] = {
    details.SuccessAfterFailure: Text(
        "The gateway first reported that the refund failed, then reported that it succeeded.",
        "Only one of the two results can be true.",
        "Wait: the service asks the gateway which of the two results is true.",
    ),
    details.AmountGivenAway: Text(
        "The gateway first reported that the refund failed, then reported that it succeeded.",
        "Between the two results, other refunds of the payment used the amount.",
        "Compare the payment with the gateway's books, then reconcile the refund by hand.",
    ),
    details.EndlessContradiction: Text(
        "The gateway keeps changing its answer about whether this refund succeeded.",
        "The service has reached its limit of questions to the gateway about this refund.",
        "Compare the payment with the gateway's books, then reconcile the refund by hand.",
    ),
    details.CodeUnknown: Text(
        "The gateway ended the refund without success.",
        "The gateway's answer has the code {raw_code}, which this service does not know.",
        "Before you refund the payment again, ask the gateway why it ended this refund.",
    ),
    details.CodeMissing: Text(
        "The gateway ended the refund without success.",
        "The gateway's answer has no code.",
        "Before you refund the payment again, ask the gateway why it ended this refund.",
    ),
    details.RefusedWithoutRecord: Text(
        "The gateway refused the refund.",
        "The gateway has no record of an earlier submission of the refund.",
        "Before you refund the payment again, find out why the gateway refused this refund.",
    ),
    details.KeyTooOld: Text(
        "The gateway never received the refund, and no money moved.",
        "The idempotency key of the refund is too old to be used again.",
        "Create a new refund.",
    ),
    details.NoneAccepted: Text(
        "The service submitted the refund {submissions} times, but the gateway never accepted it.",
        "The gateway reported that it has no record of the refund.",
        "Create a new refund when the gateway works again.",
    ),
    details.NoneAcceptedSomeUnsent: Text(
        "The service submitted the refund {submissions} times, but the gateway never accepted it.",
        "Of these submissions, {unsent} could not be sent, or the gateway asked the service to send them later.",
        "Create a new refund when the gateway works again.",
    ),
    details.SameMovement: Text(
        (
            "This refund and {refund_id} are two records of the same movement of money. The money counts for "
            "{refund_id} only."
        ),
        (
            "The service first recorded this refund as one that was made directly at the gateway. Later, the gateway "
            "reported that this refund is {refund_id}."
        ),
        "Nothing needs to be done. Use {refund_id} from now on.",
    ),
    details.AmountTaken: Text(
        "Another refund of the payment was made directly at its gateway.",
        "That refund, {taken_by}, used the amount of this refund before this refund was submitted.",
        "If the customer is still owed money, create a new refund.",
    ),
}


def reason_text(refund: Refund, reason: StatusReason) -> str:
    """Returns the text that explains the code of a reason.

    Returns the text that a person or an earlier release wrote, if there is one. Otherwise makes a text from the stored
    facts. Returns an empty text if there are no facts.
    """
    if reason.text:
        return reason.text
    if refund.violations:
        return " ".join(violation_texts(violation)[0] for violation in refund.violations)
    return detail_text(detail_of(reason)) or CODE_TEXTS.get(reason.code, "")


def detail_text(detail: ReasonDetail | None) -> str:
    """Returns the text of the detail, or an empty text if there is no detail."""
    return "" if detail is None else filled(DETAIL_TEXTS[type(detail)], detail)
