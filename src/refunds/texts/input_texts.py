"""The text of a field that breaks a rule: one text for each class of `domain.invalid_input`."""

from collections.abc import Mapping

from refunds.domain import invalid_input as rules
from refunds.domain.errors import RefundsError
from refunds.texts.text import Text

INPUT_TEXTS: Mapping[type[RefundsError], Text] = {
    rules.KeyPrefixReserved: Text(
        "An Idempotency-Key may not begin with {prefix} as this one does.",
        "Keys that begin so are those of refunds that were made at a gateway.",
        "Send another key.",
    ),
    rules.LineItemUnknown: Text(
        "The payment has no line item of this id.",
        "A refund names lines that its payment was recorded with.",
        "Read the payment and take the ids of its line items.",
    ),
    rules.ReasonCodeUnknown: Text(
        "{code} is not a reason code of this merchant.",
        "Known are {known}.",
        "Send one of them, or have an administrator add yours with the parameter reason_codes_added.",
    ),
    rules.CursorUnknown: Text(
        "This cursor is not one that was given out.",
        "A cursor is valid as it was answered, and for the same route.",
        "Begin without a cursor, or send `next_cursor` of the page before unchanged.",
    ),
    rules.EventTypeUnknown: Text(
        "No event has this type.", "Types of events are a fixed list.", "Take one from the list in /docs."
    ),
    rules.GatewayNotConnected: Text(
        "No such gateway is connected.",
        "A payment is recorded for a gateway that this service can refund through.",
        "Use one of: {connected}.",
    ),
    rules.WrongParent: Text(
        "The tenant was not added: its parent is of kind {found}.",
        "Directly above a tenant of kind {kind} is one of kind {wanted}.",
        "Send the id of a tenant of kind {wanted} as the parent.",
    ),
    rules.BeginsInThePast: Text(
        "effective_from lies in the past.",
        "A value is not set for a time in which refunds were decided already.",
        "Send a time from now on, or leave effective_from out.",
    ),
    rules.EndsBeforeItBegins: Text(
        "expires_at is not later than effective_from.",
        "The value would never be in force.",
        "Send a later expires_at, or leave it out.",
    ),
    rules.SignatureInvalid: Text(
        "The webhook was not read: its signature is missing, too old or wrong.",
        "Only a webhook that its gateway signed is accepted.",
        "Check the webhook secret and the clock of the sender.",
    ),
    rules.AttemptNotOfPayment: Text(
        "The payment has no attempt of this reference.",
        "The webhook names an attempt of another payment, or of another system.",
        "Send the reference that the refund was submitted with.",
    ),
    rules.ReferenceOfOtherPayment: Text(
        "The reference and the payment do not belong together.",
        "The reference is an attempt of another payment.",
        "Send both as they were submitted.",
    ),
    rules.ResultOfOtherAmount: Text(
        "The gateway reports {reported_amount} {reported_currency}, the refund is {amount} {currency}, in minor units.",
        "A result of another amount cannot be of this refund.",
        "Compare the refund with the books of its gateway.",
    ),
    rules.ExternalRefundNotSuccessful: Text(
        "The refund was made at the gateway, and its status there is {kind}.",
        "Such a refund is recorded once it has succeeded.",
        "Nothing needs to be done.",
    ),
    rules.GatewayRefundIdMissing: Text(
        "The gateway's own id of the refund is missing.",
        "Without it, the refund cannot be distinguished from others of the payment.",
        "Ask the gateway for the id.",
    ),
    rules.GatewayRefundIdOfOtherPayment: Text(
        "The gateway's id of the refund is the id of a refund of another payment.",
        "One movement of money is recorded once, for one payment.",
        "Ask the gateway which payment the refund is of.",
    ),
    rules.MovedAmountMissing: Text(
        "The refund succeeded, and no positive amount is given.",
        "Without it, it is not known how much money moved.",
        "Ask the gateway for the amount.",
    ),
    rules.PaymentNotNamed: Text(
        "Neither our reference nor the gateway's id of the payment is given.",
        "Without one of them, the payment cannot be found.",
        "Ask the gateway which payment the refund is of.",
    ),
    rules.RefundNotReadable: Text(
        "The webhook has no refund in a form that is known.",
        "The gateway may have changed its format.",
        "Compare the webhook with the gateway's documentation.",
    ),
    rules.WebhookMalformed: Text(
        "The webhook is malformed.", "It is not JSON with a type.", "Compare it with the gateway's documentation."
    ),
}
