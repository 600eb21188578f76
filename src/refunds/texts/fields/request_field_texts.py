"""The texts of broken rules of values of bodies and queries."""

from collections.abc import Mapping

from refunds.texts.fields import request_field_facts as facts
from refunds.texts.fields.field_fact import FieldFact

REQUEST_FIELD_TEXTS: Mapping[type[FieldFact], str] = {
    facts.GivenTwice: "Is given twice in one object.",
    facts.PlusLost: (
        "Must be a time as 2026-03-02T14:05:00Z. Its offset begins with a blank, because a + in a query stands "
        "for a blank: write the + as %2B, or give the time in UTC."
    ),
    facts.NotWholeNumber: "Must be a whole number.",
    facts.IsNull: "Must not be null.",
    facts.NotATime: "Must be a time as in RFC 3339.",
    facts.HasNul: "Must not contain U+0000.",
    facts.OutsideYears: "Must lie between 1970 and 2200.",
    facts.HasCardNumber: "Has what looks like a card number; send a token instead.",
    facts.NothingVisible: "Must have at least one visible character.",
    facts.AmountNull: "Must be an integer, not null: leave the amount out to refund all that is left.",
    facts.IdNotChoosable: "Only the platform chooses ids; without one, it is made for you.",
    facts.IdOfOtherKind: "The id of a {kind} begins with {prefix}_.",
    facts.TaxAboveAmount: "Must not be more than the amount.",
    facts.CurrencyNotInUse: "Must be an ISO 4217 currency that was in use when the payment was captured.",
    facts.InTheFuture: "Must not lie in the future.",
    facts.QuantityZero: "A captured line has at least one.",
    facts.PathOfDots: "Must not be . or .., which cannot stand in the path of a gateway's address.",
}
