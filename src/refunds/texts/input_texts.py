"""The text of a field that breaks a rule: one text for each class of `domain.invalid_input`."""

from collections.abc import Mapping

from refunds.domain import invalid_input as rules
from refunds.domain.errors import RefundsError
from refunds.texts.text import Text

INPUT_TEXTS: Mapping[type[RefundsError], Text] = {
    rules.KeyPrefixReserved: Text(
        "The Idempotency-Key begins with {prefix}, which is not allowed.",
        "Keys that begin with {prefix} belong to refunds that were made at a gateway.",
        "Send another key.",
    ),
    rules.LineItemUnknown: Text(
        "The payment has no line item with this id.",
        "A refund can name only line items that were recorded with its payment.",
        "Read the payment, and send ids of its line items.",
    ),
    rules.ReasonCodeUnknown: Text(
        "{code} is not a reason code of this merchant.",
        "The reason codes of this merchant are: {known}.",
        "Send one of them, or ask an administrator to add yours to the parameter reason_codes_added.",
    ),
    rules.CursorUnknown: Text(
        "This service did not return this cursor for this route.",
        "A cursor is valid only unchanged, and only for the route that returned it.",
        "Begin without a cursor, or send `next_cursor` of the previous page unchanged.",
    ),
    rules.EventTypeUnknown: Text(
        "No event has this type.",
        "The types of events are: {known}.",
        "Send one of them.",
    ),
    rules.GatewayNotConnected: Text(
        "No gateway with this name is connected.",
        "A payment can be recorded only for a gateway through which this service can refund it.",
        "Use one of: {connected}.",
    ),
    rules.WrongParent: Text(
        "The tenant was not added: its parent is of kind {found}.",
        "The parent of a tenant of kind {kind} must be of kind {wanted}.",
        "Send the id of a tenant of kind {wanted} as the parent.",
    ),
    rules.BeginsInThePast: Text(
        "effective_from lies in the past.",
        "A value cannot be set for a time in which refunds have already been decided.",
        "Send a time in the future, or leave effective_from out.",
    ),
    rules.EndsBeforeItBegins: Text(
        "expires_at is not later than effective_from.",
        "The value would never be in force.",
        "Send a later expires_at, or leave expires_at out.",
    ),
    rules.SignatureInvalid: Text(
        "The webhook was not read: its signature is missing, too old or wrong.",
        "The service accepts only webhooks that their gateway signed.",
        "Check the webhook secret, and check the clock of the sender.",
    ),
    rules.AttemptNotOfPayment: Text(
        "The payment has no attempt with this reference.",
        "The webhook names an attempt of another payment, or of another system.",
        "Send the reference with which the refund was submitted.",
    ),
    rules.ReferenceOfOtherPayment: Text(
        "The reference and the payment do not belong together.",
        "The reference names an attempt of another payment.",
        "Send the reference and the payment as they were submitted.",
    ),
    rules.ResultOfOtherAmount: Text(
        (
            "The gateway reports a refund of {reported_amount} {reported_currency}, but this refund is of {amount} "
            "{currency} (both in minor units)."
        ),
        "A result with another amount cannot belong to this refund.",
        "Compare the refund with the books of its gateway.",
    ),
    rules.ExternalRefundNotSuccessful: Text(
        "The refund was made at the gateway, and its status there is {kind}.",
        "The service records such a refund only after it has succeeded.",
        "Nothing needs to be done.",
    ),
    rules.GatewayRefundIdMissing: Text(
        "The webhook lacks the gateway's own id of the refund.",
        "Without this id, the service cannot distinguish the refund from others of the payment.",
        "Ask the gateway for the id.",
    ),
    rules.GatewayRefundIdOfOtherPayment: Text(
        "The gateway's id of the refund already belongs to a refund of another payment.",
        "One movement of money is recorded once, for one payment.",
        "Ask the gateway to which payment the refund belongs.",
    ),
    rules.MovedAmountMissing: Text(
        "The refund succeeded, but the webhook names no positive amount.",
        "Without the amount, the service does not know how much money moved.",
        "Ask the gateway for the amount.",
    ),
    rules.PaymentNotNamed: Text(
        "The webhook names neither the reference of this service nor the gateway's id of the payment.",
        "Without one of them, the service cannot find the payment.",
        "Ask the gateway to which payment the refund belongs.",
    ),
    rules.RefundNotReadable: Text(
        "The webhook contains no refund in a form that this service knows.",
        "The gateway may have changed the format of its webhooks.",
        "Compare the webhook with the gateway's documentation.",
    ),
    rules.WebhookMalformed: Text(
        "The webhook is malformed.",
        "Its body is not JSON, or has no type.",
        "Compare the webhook with the gateway's documentation.",
    ),
}
