"""Why a refund has its status: a text for each detail, and for the codes that need no further facts."""

from collections.abc import Mapping

from refunds.domain.payment import reason_details as details
from refunds.domain.payment.payment import Refund
from refunds.domain.payment.reason_details import ReasonDetail, detail_of
from refunds.domain.payment.status_reason import AWAITS_APPROVAL, StatusReason
from refunds.domain.refund.lifecycle import ON_REQUEST
from refunds.texts.rule_texts import violation_texts
from refunds.texts.text import Text, filled

CODE_TEXTS: Mapping[str, str] = {
    AWAITS_APPROVAL.code: "The refund waits for approval by another person.",
    ON_REQUEST.code: "Canceled on request.",
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
        "The gateway contradicts itself again and again about this refund.",
        "The service has asked the gateway about this refund as often as it may.",
        "Compare the payment with the gateway's books, then reconcile the refund by hand.",
    ),
    details.CodeUnknown: Text(
        "The gateway ended the refund.",
        "Its answer has the code {raw_code}, which this service does not know.",
        "Ask the gateway why it ended the refund before you refund the payment again.",
    ),
    details.CodeMissing: Text(
        "The gateway ended the refund.",
        "Its answer has no code.",
        "Ask the gateway why it ended the refund before you refund the payment again.",
    ),
    details.RefusedWithoutRecord: Text(
        "The gateway refused the refund.",
        "The gateway has no record of an earlier submission of the refund.",
        "Find out why the gateway refused the refund before you refund the payment again.",
    ),
    details.KeyTooOld: Text(
        "The gateway never received the refund, and no money moved.",
        "The idempotency key of the refund is too old to be used again.",
        "Create a new refund.",
    ),
    details.NoneAccepted: Text(
        "The gateway accepted none of {submissions} submissions of the refund.",
        "The gateway reported that it has no record of the refund.",
        "Create a new refund when the gateway works again.",
    ),
    details.NoneAcceptedSomeUnsent: Text(
        "The gateway accepted none of {submissions} submissions of the refund.",
        "Submissions that could not be sent, or that the gateway asked to send later: {unsent}.",
        "Create a new refund when the gateway works again.",
    ),
    details.SameMovement: Text(
        "This refund and {refund_id} are the same movement of money, which counts for {refund_id} only.",
        "The service recorded this refund as made at the gateway. Later the gateway reported that it is {refund_id}.",
        "Nothing needs to be done; look at {refund_id}.",
    ),
    details.AmountTaken: Text(
        "The payment was refunded at its gateway.",
        "That refund, {taken_by}, used the amount before this refund was submitted.",
        "If the customer is still owed money, create a new refund.",
    ),
}


def reason_text(refund: Refund, reason: StatusReason) -> str:
    """Returns the text beside the reason's code.

    It is what a person or an earlier release wrote, else the text of the stored facts; empty if there is none.
    """
    if reason.text:
        return reason.text
    if refund.violations:
        return " ".join(violation_texts(violation)[0] for violation in refund.violations)
    return detail_text(detail_of(reason)) or CODE_TEXTS.get(reason.code, "")


def detail_text(detail: ReasonDetail | None) -> str:
    """Returns the text of the detail; empty if there is no detail."""
    return "" if detail is None else filled(DETAIL_TEXTS[type(detail)], detail)
