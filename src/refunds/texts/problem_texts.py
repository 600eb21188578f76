"""Contains the text of each error class of the domain, for the caller whose request is refused.

A class without its own text uses the text of its nearest base class.
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

_NOT_FOUND_WHY = "The {kind} does not exist, or it belongs to a tenant outside your scope."
_WAIT_AND_REPEAT = "Repeat the request in a moment, with the same Idempotency-Key."

PROBLEM_TEXTS: Mapping[type[RefundsError], Text] = {
    **INPUT_TEXTS,
    **RULE_TEXTS,
    **VALUE_TEXTS,
    errors.NotFound: Text("No {kind} {id} exists in your scope.", _NOT_FOUND_WHY, "Check the id and your token."),
    errors.NotKnownHere: Text(
        "The webhook names the {kind} {id}, which this service does not know.",
        "The {kind} belongs to another system, or it is not recorded in this service yet.",
        "Deliver the webhook again later, or deliver it to the other system.",
    ),
    errors.ParameterNotFound: Text(
        "The parameter {id} does not exist.",
        "No parameter has this name.",
        "Use a name from the list of parameters.",
    ),
    errors.AmountExceedsRefundable: Text(
        "The refund was requested for {asked:amount}, but only {refundable:amount} is left to refund.",
        "The rest of the captured amount belongs to refunds that are paid or under way.",
        "Request at most the amount that is left, or cancel another refund of the payment.",
    ),
    errors.NothingLeftToRefund: Text(
        "Nothing is left to refund.",
        "The whole captured amount belongs to refunds that are paid or under way.",
        (
            "If this refund should replace another refund, and the other refund can still be canceled, cancel the "
            "other refund first."
        ),
    ),
    errors.AmountNotPositive: Text(
        "The refund was requested for {asked} minor units.",
        "A refund must be at least 1 minor unit.",
        "Request 1 minor unit or more.",
    ),
    errors.CurrencyMismatch: Text(
        "The amount is in {asked}, but the payment is in {expected}.",
        "A refund must be in the currency of its payment.",
        "Send the amount in {expected}.",
    ),
    errors.TooManyRefunds: Text(
        "This payment has reached its limit of {refunds_max} refunds that are paid or under way.",
        "The parameter refunds_per_payment_max sets the limit.",
        "Cancel another refund of the payment, or ask a platform administrator to raise the limit.",
    ),
    errors.TooManyEndedRefunds: Text(
        "This payment has {ended} unsuccessful refunds and may not have more.",
        "A payment and all its refunds are stored as one document, and the size of a document is limited.",
        "Find out why the refunds of this payment fail, and pay the customer in another way.",
    ),
    errors.TooManyExternalRefunds: Text(
        "This payment has reached its limit of {refunds_max} refunds that were made directly at its gateway.",
        "A payment and all its refunds are stored as one document, and the size of a document is limited.",
        "Reconcile the payment with its gateway by hand.",
    ),
    errors.PaymentFull: Text(
        "This payment has {refunds} refunds, and no room for another refund.",
        "A payment and its refunds may have at most {bytes_max} bytes together, and another refund could exceed that.",
        "Send the request with fewer or shorter texts, or cancel other refunds of the payment.",
    ),
    errors.LineItemsDoNotSum: Text(
        "The line items sum to {sum_of_items} minor units, but the refund is of {amount} minor units.",
        "The line items of a refund must sum to its amount.",
        "Correct the line items or the amount.",
    ),
    errors.LineItemExceedsPayment: Text(
        "The refund asks for {asked} of this line item, but only {left} is left to refund.",
        "All refunds of a line item together may not exceed its quantity, its amount and its tax.",
        "Request at most what is left of the line item.",
    ),
    errors.LineItemsExceedCaptured: Text(
        (
            "The first line items, up to and including this one, sum to {sum_of_items:amount}, but only "
            "{captured:amount} was captured."
        ),
        "The amount of a line item is for the whole line after discounts; it is not multiplied by the quantity.",
        "Correct the amounts of the line items.",
    ),
    errors.RequesterMayNotApprove: Text(
        "You requested or submitted this refund.",
        "The requester of a refund may neither approve nor reject it.",
        "Ask another administrator to decide, or cancel the refund.",
    ),
    errors.ApprovalCountedTwice: Text(
        "You have already approved this refund.",
        "The approval of each person counts once.",
        "Ask another administrator to approve the refund.",
    ),
    errors.NotOverridable: Text(
        "{name} cannot be set for this tenant.",
        "This parameter can be set only for the whole platform.",
        "Ask a platform administrator to set it for all tenants.",
    ),
    errors.TransitionNotAllowed: Text(
        "The refund cannot be {fact:words}, because its status is {status:words}.",
        "The status of a refund decides what can be done with it.",
        "Read the refund again to see its present status.",
    ),
    errors.RefundNotInDoubt: Text(
        "The status of the refund is {status}.",
        "The results of the gateway are clear, so no person has to decide anything about this refund.",
        "Nothing needs to be done. Read the refund to see its status.",
    ),
    errors.RefundNotCancelable: Text(
        "The refund cannot be canceled, because its status is {status:words}.",
        "A refund can be canceled only before it is submitted to its gateway.",
        "Wait for the outcome of the refund.",
    ),
    errors.AlreadyExists: Text(
        "This {kind} is already recorded.",
        "An earlier request used the same id, or the same capture at the gateway.",
        "Use the recorded {kind}, or send another id.",
    ),
    errors.VersionMismatch: Text(
        "The present version of the payment is {present}, but If-Match names another version.",
        "The payment has changed since you read it.",
        "Read the payment again, then decide whether to change it.",
    ),
    errors.ApprovalsMissing: Text(
        "The service submitted nothing to the gateway, because {id} has fewer approvals than it needs.",
        "Something other than this service changed the database.",
        "Run `refunds verify`, and find out who changed the database.",
    ),
    errors.RefundStillOpen: Text(
        "The webhook may be about refund {refund_id}, which is under way.",
        "The outcome of {refund_id} is not known yet.",
        "Deliver the webhook again after {refund_id} has ended.",
    ),
    errors.KeyReused: Text(
        "This Idempotency-Key was already used for another request.",
        (
            "A key identifies one request. With the same key, the service would treat a second refund as a repetition "
            "of the first."
        ),
        "Send the first request again unchanged, or send this request with a new key.",
    ),
    errors.Unavailable: Text(
        "The request was not carried out.",
        "A part of the service that the request needs cannot be reached at present.",
        _WAIT_AND_REPEAT,
    ),
    errors.OutcomeUnknown: Text(
        "It is not known whether the request was carried out.",
        "The database did not confirm the write.",
        (
            "Repeat the request with the same Idempotency-Key. With this key, the service carries out the request at "
            "most once."
        ),
    ),
    errors.StoreUnavailable: Text(
        "Nothing was stored.",
        "The database cannot be reached at present.",
        _WAIT_AND_REPEAT,
    ),
    errors.PaymentUnreadable: Text(
        "Nothing was changed, because the stored payment cannot be read.",
        "The stored payment has values that this release of the service does not know.",
        "Ask an operator to run `refunds verify`. This command names the values that cannot be read.",
    ),
    errors.SettingsUnreadable: Text(
        "Nothing was changed, because the stored {kind} {id} cannot be read.",
        (
            "The {kind} may set a limit for this request, but it has values that this release of the service does not "
            "know."
        ),
        "Ask an operator to run `refunds verify`. This command names the values that cannot be read.",
    ),
    errors.Overloaded: Text(
        "The request was not accepted.",
        "Too many requests are waiting.",
        _WAIT_AND_REPEAT,
    ),
    UnreadWebhooksFull: Text(
        "The webhook was not stored.",
        (
            "The service could not read many earlier webhooks. These webhooks wait for an operator, and there is no "
            "room for more."
        ),
        "Deliver the webhook again later.",
    ),
    QuarantineFull: Text(
        "The read models are no longer updated.",
        "Many payments cannot be read. The service keeps these payments in a quarantine, which has no room for more.",
        "Run `refunds verify`. This command names these payments.",
    ),
}


def message_of(error: RefundsError) -> str:
    """Returns the text of the error in one line, filled with its facts.

    Returns an empty text if no text exists for the error's class.
    """
    text = text_of(error)
    return "" if text is None else filled(text, error)


def text_of(error: RefundsError) -> Text | None:
    """Returns the text for the error's class, or None.

    A class without its own text uses the text of its nearest base class that has one.
    """
    return next((PROBLEM_TEXTS[kind] for kind in type(error).__mro__ if kind in PROBLEM_TEXTS), None)
