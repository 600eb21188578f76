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
    AWAITS_APPROVAL.code: "Waiting for approval by another person.",
    ON_REQUEST.code: "On request.",
}

DETAIL_TEXTS: Mapping[type[ReasonDetail], Text] = {
    details.SuccessAfterFailure: Text(
        "The gateway reports success after failure.",
        "Only one of the two results can hold.",
        "Wait: the gateway is asked which of the two holds.",
    ),
    details.AmountGivenAway: Text(
        "The gateway reports success after failure.",
        "Other refunds of the payment took the amount meanwhile.",
        "Compare the payment with the gateway's books and reconcile it by hand.",
    ),
    details.EndlessContradiction: Text(
        "The gateway contradicts itself again and again.",
        "It was asked as often as it may be asked about one refund.",
        "Compare the payment with the gateway's books and reconcile it by hand.",
    ),
    details.CodeUnknown: Text(
        "The gateway ended the refund.",
        "It gave the code {raw_code}, which is not known here.",
        "Ask the gateway why before the payment is refunded again.",
    ),
    details.CodeMissing: Text(
        "The gateway ended the refund.", "It gave no code.", "Ask the gateway why before the payment is refunded again."
    ),
    details.RefusedWithoutRecord: Text(
        "The gateway refused the refund.",
        "Asked, it has no record of an earlier submission.",
        "Find out why it was refused before the payment is refunded again.",
    ),
    details.KeyTooOld: Text(
        "The gateway never saw the refund; no money moved.",
        "Its idempotency key is too old to be used again.",
        "Ask for a new refund.",
    ),
    details.NoneAccepted: Text(
        "The gateway accepted none of {submissions} submissions.",
        "Asked about the refund, it has no record of it.",
        "Ask for a new refund when the gateway works again.",
    ),
    details.NoneAcceptedSomeUnsent: Text(
        "The gateway accepted none of {submissions} submissions.",
        "Submissions that could not be sent, or were turned away for later: {unsent}.",
        "Ask for a new refund when the gateway works again.",
    ),
    details.SameMovement: Text(
        "It is the same movement as {refund_id}, which counts it.",
        "It was recorded as made at the gateway before the gateway reported which refund it is.",
        "Nothing needs to be done; look at {refund_id}.",
    ),
    details.AmountTaken: Text(
        "The payment was refunded at its gateway.",
        "{taken_by} took the amount before anything of this refund was sent.",
        "Ask for a new refund of what the customer is still owed.",
    ),
}


def reason_text(refund: Refund, reason: StatusReason) -> str:
    """The text beside the reason's code: what a person or an earlier release wrote, or that of the facts; or empty."""
    if reason.text:
        return reason.text
    if refund.violations:
        return " ".join(violation_texts(violation)[0] for violation in refund.violations)
    return detail_text(detail_of(reason)) or CODE_TEXTS.get(reason.code, "")


def detail_text(detail: ReasonDetail | None) -> str:
    """The text of the detail; empty without one."""
    return "" if detail is None else filled(DETAIL_TEXTS[type(detail)], detail)
