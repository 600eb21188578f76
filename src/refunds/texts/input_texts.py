"""Contains the texts about fields that break a rule, one text per class of `domain.invalid_input`."""

from collections.abc import Mapping

from refunds.domain import invalid_input as rules
from refunds.domain.errors import RefundsError
from refunds.texts.text import Text

INPUT_TEXTS: Mapping[type[RefundsError], Text] = {
    rules.KeyPrefixReserved: Text(
        "The Idempotency-Key begins with {prefix}, which is not allowed.",
        "The service itself uses such keys, for refunds that were made directly at a gateway.",
        "Send a key that begins differently.",
    ),
    rules.LineItemUnknown: Text(
        "The payment has no line item with this id.",
        "A refund can name only line items that were recorded with its payment.",
        "Read the payment, and send the id of one of its line items.",
    ),
    rules.ReasonCodeUnknown: Text(
        "{code} is not a reason code of this merchant.",
        "The reason codes of this merchant are: {known}.",
        "Send one of these codes, or ask an administrator to add your code to the parameter reason_codes_added.",
    ),
    rules.CursorUnknown: Text(
        "This cursor is not valid for this route.",
        "A cursor must be sent unchanged, and only to the route that returned it.",
        "Begin without a cursor, or send `next_cursor` of the previous page unchanged.",
    ),
    rules.EventTypeUnknown: Text(
        "No event has this type.",
        "The known types of events are: {known}.",
        "Send one of these types.",
    ),
    rules.GatewayNotConnected: Text(
        "No gateway with this name is connected to the service.",
        "The service records only payments that it can refund, so it must be connected to the payment's gateway.",
        "Use one of these gateways: {connected}.",
    ),
    rules.WrongParent: Text(
        "The tenant was not added, because the parent that you named is of kind {found}.",
        "The parent of a tenant of kind {kind} must be of kind {wanted}.",
        "Send the id of a tenant of kind {wanted} as the parent.",
    ),
    rules.BeginsInThePast: Text(
        "effective_from lies in the past.",
        "In the past, refunds were decided by the values of that time, and a new value cannot change that.",
        "Send a time in the future, or leave effective_from out.",
    ),
    rules.EndsBeforeItBegins: Text(
        "expires_at is not later than effective_from.",
        "With these two times, the value would never be in force.",
        "Send a later expires_at, or leave expires_at out.",
    ),
    rules.SignatureInvalid: Text(
        "The webhook was not read, because its signature is missing, too old or wrong.",
        "The service accepts a webhook only if the gateway has signed it.",
        "Check the webhook secret and the clock of the sender.",
    ),
    rules.AttemptNotOfPayment: Text(
        "The payment has no attempt with this reference.",
        "The reference belongs to another payment, or to another system.",
        "Send the reference that this service sent when it submitted the refund.",
    ),
    rules.ReferenceOfOtherPayment: Text(
        "The webhook names a reference and a payment that do not belong together.",
        "The reference belongs to a refund of another payment.",
        "Send the reference and the payment id that this service sent when it submitted the refund.",
    ),
    rules.ResultOfOtherAmount: Text(
        (
            "The gateway reports a refund of {reported_amount} {reported_currency}, but this refund is of {amount} "
            "{currency} (both in minor units)."
        ),
        "A result with another amount cannot belong to this refund.",
        "Compare the refund with the gateway's books.",
    ),
    rules.ExternalRefundNotSuccessful: Text(
        "The webhook is about a refund that was made directly at the gateway. The status of this refund is {kind}.",
        "The service records such a refund only after it has succeeded.",
        "Nothing needs to be done.",
    ),
    rules.GatewayRefundIdMissing: Text(
        "The webhook does not contain the id that the gateway gave the refund.",
        "Without this id, the service cannot distinguish the refund from other refunds of the payment.",
        "Ask the gateway for the id of the refund.",
    ),
    rules.GatewayRefundIdOfOtherPayment: Text(
        "The webhook contains an id of a refund that is already recorded for another payment.",
        "Each refund at a gateway belongs to exactly one payment.",
        "Ask the gateway to which payment the refund belongs.",
    ),
    rules.MovedAmountMissing: Text(
        "The webhook reports that the refund succeeded, but it contains no amount above zero.",
        "Without the amount, the service does not know how much money moved.",
        "Ask the gateway for the amount of the refund.",
    ),
    rules.PaymentNotNamed: Text(
        "The webhook contains neither a reference of this service nor the gateway's id of the payment.",
        "The service needs the reference or the id to find the payment.",
        "Ask the gateway to which payment the refund belongs.",
    ),
    rules.RefundNotReadable: Text(
        "The webhook is about a refund, but the service cannot read the refund in it.",
        "The gateway may have changed the format of its webhooks.",
        "Compare the webhook with the gateway's documentation.",
    ),
    rules.WebhookMalformed: Text(
        "The webhook is malformed.",
        "The body of the webhook is not JSON, or the body does not name the type of the webhook.",
        "Compare the webhook with the gateway's documentation.",
    ),
}
