"""Contains the texts for rules that values in bodies and queries break."""

from collections.abc import Mapping

from refunds.texts.fields import request_field_facts as facts
from refunds.texts.fields.field_fact import FieldFact

REQUEST_FIELD_TEXTS: Mapping[type[FieldFact], str] = {
    facts.GivenTwice: "The JSON object has two fields with this name. Send only one of the two fields.",
    facts.PlusLost: (
        "Must be a time such as 2026-03-02T14:05:00Z. In a query, a + means a space, so the time that you sent arrived "
        "without its +. Write the + as %2B, or send the time in UTC."
    ),
    facts.NotWholeNumber: "Must be a whole number.",
    facts.IsNull: "Must not be null.",
    facts.NotATime: "Must be a time in the form of RFC 3339, such as 2026-03-02T14:05:00Z.",
    facts.HasNul: "Must not contain the character U+0000.",
    facts.OutsideYears: "Must be between 1970 and 2200.",
    facts.HasCardNumber: (
        "Contains digits that look like a card number. The service stores no card numbers: send a token instead."
    ),
    facts.NothingVisible: "Must have at least one visible character.",
    facts.AmountNull: "Must be an integer, not null. To refund the whole amount that is left, leave the amount out.",
    facts.IdNotChoosable: (
        "Only callers whose scope is the whole platform may choose an id. Leave this field out, and the service "
        "creates an id."
    ),
    facts.IdOfOtherKind: "The id of a tenant of kind {kind} must begin with {prefix}_.",
    facts.TaxAboveAmount: "The tax must not be more than the amount of the line item.",
    facts.CurrencyNotInUse: "Must be an ISO 4217 currency that was in use when the payment was captured.",
    facts.InTheFuture: "Must not be in the future.",
    facts.QuantityZero: "The quantity must be at least 1, because this line item was captured.",
    facts.PathOfDots: "The id must not be . or .., because the service uses the id in URLs of the gateway.",
}
