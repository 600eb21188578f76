"""The text of each error of the domain, for the caller whose request it refuses: one text a class.

An error without a text of its own has that of the nearest class above it.
"""

from collections.abc import Mapping

from refunds.domain import errors
from refunds.domain.errors import RefundsError
from refunds.ports.gateway.unread_webhooks import UnreadWebhooksFull
from refunds.ports.projections.quarantine import QuarantineFull
from refunds.texts.input_texts import INPUT_TEXTS
from refunds.texts.rule_texts import RULE_TEXTS
from refunds.texts.text import Text, filled
from refunds.texts.value_texts import VALUE_TEXTS

_NOT_FOUND_WHY = "It does not exist, or it belongs to a tenant outside your scope."
_WAIT_AND_REPEAT = "Repeat the request in a moment, with the same Idempotency-Key."

PROBLEM_TEXTS: Mapping[type[RefundsError], Text] = {
    **INPUT_TEXTS,
    **RULE_TEXTS,
    **VALUE_TEXTS,
    errors.NotFound: Text("No {kind} {id} exists in your scope.", _NOT_FOUND_WHY, "Check the id and your token."),
    errors.NotKnownHere: Text(
        "The webhook names the {kind} {id}, which is not known here.",
        "It belongs to another system, or it is not recorded here yet.",
        "Deliver the webhook again later, or send it to the system that made it.",
    ),
    errors.ParameterNotFound: Text(
        "No parameter {id} exists.",
        "No parameter is defined under this name.",
        "Take a name from the list of parameters.",
    ),
    errors.AmountExceedsRefundable: Text(
        "{asked:amount} was asked for, {refundable:amount} is left to refund.",
        "Refunds that are paid or under way hold the rest of the captured amount.",
        "Ask for at most what is left, or cancel a refund that waits.",
    ),
    errors.NothingLeftToRefund: Text(
        "Nothing is left to refund.",
        "Refunds that are paid or under way hold all of the captured amount.",
        "Cancel a refund that waits, if this one is to take its place.",
    ),
    errors.AmountNotPositive: Text(
        "{asked} minor units were asked for.", "A refund is at least 1 minor unit.", "Ask for 1 or more."
    ),
    errors.CurrencyMismatch: Text(
        "The amount is in {asked}, the payment is in {expected}.",
        "A refund is in the currency of its payment.",
        "Send the amount in {expected}.",
    ),
    errors.TooManyRefunds: Text(
        "This payment has reached its limit of {refunds_max} refunds that are paid or under way.",
        "The parameter refunds_per_payment_max sets the limit.",
        "Cancel a refund that waits, or ask a platform administrator to raise the limit.",
    ),
    errors.TooManyEndedRefunds: Text(
        "This payment keeps {ended} refunds that ended without money, and has reached its limit.",
        "A payment and all its refunds are stored as one document, which has a size.",
        "Find out why its refunds fail, and pay the customer another way.",
    ),
    errors.TooManyExternalRefunds: Text(
        "This payment has reached its limit of {refunds_max} refunds that were made at its gateway.",
        "A payment and all its refunds are stored as one document, which has a size.",
        "Reconcile the payment with its gateway by hand.",
    ),
    errors.PaymentFull: Text(
        "This payment has no room for another refund beside its {refunds} refunds.",
        "With this one they may need more than the {bytes_max} bytes that a payment may keep.",
        "Ask for it with fewer or shorter texts, or cancel refunds that wait.",
    ),
    errors.LineItemsDoNotSum: Text(
        "The line items sum to {sum_of_items}, the refund is {amount}, in minor units.",
        "The line items of a refund sum to its amount.",
        "Correct the line items or the amount.",
    ),
    errors.LineItemExceedsPayment: Text(
        "{asked} is asked for, {left} of this line of the payment is left to refund.",
        "No line is refunded beyond its quantity, amount or tax, over all refunds of the payment.",
        "Ask for at most what is left.",
    ),
    errors.LineItemsExceedCaptured: Text(
        "The line items up to this one sum to {sum_of_items:amount}, {captured:amount} was captured.",
        "An amount is that of the whole line, whatever its quantity, with discounts taken off.",
        "Correct the amounts of the line items.",
    ),
    errors.RequesterMayNotApprove: Text(
        "You requested or submitted this refund.",
        "The requester of a refund may not approve or reject it.",
        "Ask another administrator to decide, or cancel the refund.",
    ),
    errors.ApprovalCountedTwice: Text(
        "You have already approved this refund.", "Each person counts once.", "Ask another administrator to approve it."
    ),
    errors.NotOverridable: Text(
        "{name} cannot be set for this tenant.",
        "It may be set at the platform only.",
        "Ask a platform administrator to set it for all tenants.",
    ),
    errors.TransitionNotAllowed: Text(
        "The refund cannot be {fact:words}: it is {status:words}.",
        "Its status decides what can be done with it.",
        "Read the refund again.",
    ),
    errors.RefundNotInDoubt: Text(
        "The refund is {status}.",
        "Its gateway has left nothing open that a person could decide.",
        "Read the refund again; nothing needs to be done.",
    ),
    errors.RefundNotCancelable: Text(
        "The refund cannot be canceled: it is {status:words}.",
        "Only a refund that was not sent to its gateway is canceled.",
        "Wait for its outcome.",
    ),
    errors.AlreadyExists: Text(
        "This {kind} is already recorded.",
        "Its id, or the capture that it stands for, belongs to an earlier request.",
        "Use what is recorded, or send another id.",
    ),
    errors.VersionMismatch: Text(
        "The payment is at version {present}, which is not the one that If-Match names.",
        "It was changed since you read it.",
        "Read it again, then decide whether to change it.",
    ),
    errors.ApprovalsMissing: Text(
        "Nothing was sent to the gateway: {id} lacks approvals that it needs.",
        "Its database was changed by something else than this service.",
        "Run `refunds verify` and find out who changed it.",
    ),
    errors.RefundStillOpen: Text(
        "This may be a duplicate of refund {refund_id}.",
        "Its outcome is still open.",
        "Deliver the webhook again after {refund_id} has ended.",
    ),
    errors.KeyReused: Text(
        "This Idempotency-Key was used with another request.",
        "A key names one request; with another body it would hide a second refund.",
        "Send the first request again, or this one under a new key.",
    ),
    errors.Unavailable: Text(
        "This was not done.", "A part of the service that it needs cannot be reached just now.", _WAIT_AND_REPEAT
    ),
    errors.OutcomeUnknown: Text(
        "It is not known whether this was stored.",
        "The database did not confirm the write.",
        "Repeat the request with the same Idempotency-Key: it is done at most once.",
    ),
    errors.StoreUnavailable: Text("Nothing was stored.", "The database cannot be reached just now.", _WAIT_AND_REPEAT),
    errors.PaymentUnreadable: Text(
        "Nothing was changed: the stored payment cannot be read.",
        "It has values that this release of the service does not know.",
        "Ask an operator to run `refunds verify`, which names what cannot be read.",
    ),
    errors.SettingsUnreadable: Text(
        "Nothing was changed: the stored {kind} {id} cannot be read.",
        "It may set a limit for this request, and it has values that this release of the service does not know.",
        "Ask an operator to run `refunds verify`, which names what cannot be read.",
    ),
    errors.Overloaded: Text("The request was not taken.", "Too many requests are waiting.", _WAIT_AND_REPEAT),
    UnreadWebhooksFull: Text(
        "The webhook was not kept.",
        "Too many webhooks that cannot be read wait for an operator.",
        "Deliver it again later.",
    ),
    QuarantineFull: Text(
        "The read models are not updated any more.",
        "Too many payments cannot be read, and the quarantine has no room for more.",
        "Run `refunds verify`, which names them.",
    ),
}


def message_of(error: RefundsError) -> str:
    """The error's text with its facts, in one line; empty where its class has no text."""
    text = text_of(error)
    return "" if text is None else filled(text, error)


def text_of(error: RefundsError) -> Text | None:
    """The text of the error's class, or of the nearest class above it that has one."""
    return next((PROBLEM_TEXTS[kind] for kind in type(error).__mro__ if kind in PROBLEM_TEXTS), None)
