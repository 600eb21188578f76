"""The text of a value that a parameter may not have: one text for each class of `domain.settings.value_errors`."""

from collections.abc import Mapping

from refunds.domain.errors import RefundsError
from refunds.domain.settings import value_errors as rules
from refunds.texts.text import Text

VALUE_TEXTS: Mapping[type[RefundsError], Text] = {
    rules.NullNotAllowed: Text("{name} may not be null.", "It always has a value.", "Send a value."),
    rules.NotAList: Text("{name} must be a list of 1 to {items_max} members.", "Its value is a list.", "Send a list."),
    rules.NotDistinct: Text("{name} must name each member once.", "Its value is a set.", "Remove what stands twice."),
    rules.NotABoolean: Text("{name} must be true or false.", "Its value is a boolean.", "Send true or false."),
    rules.NotAnInteger: Text(
        "{name} must be a whole number.", "Its value is a number, or consists of numbers.", "Send whole numbers."
    ),
    rules.OutsideBounds: Text(
        "{name} must be from {minimum} to {maximum}.", "Its definition sets these bounds.", "Send a number within them."
    ),
    rules.LeaseTooShort: Text(
        "{name} must be from {minimum} to {maximum}.",
        "A call to a gateway takes up to {call_max_s} s; its answer is stored before another worker takes over.",
        "Send a number within the bounds.",
    ),
    rules.NotAmountsByCurrency: Text(
        "{name} must be minor units by currency.",
        "Its value is a table of amounts.",
        'Send a table, as {{"{base_currency}": 100000, "JPY": 150000}}.',
    ),
    rules.CurrencyUnknown: Text(
        "{name} names {code}, which is not an ISO 4217 currency.",
        "Amounts are given for currencies that are in use.",
        "Send its three capital letters, or leave it out.",
    ),
    rules.BaseCurrencyMissing: Text(
        "{name} must name an amount in {base_currency}.",
        "The amounts of currencies that are not named are computed from it.",
        "Add the amount in {base_currency}.",
    ),
    rules.NotAChoice: Text(
        "{name} must be one of {choices}.", "Its definition lists what it may be.", "Send one of them."
    ),
    rules.NotACode: Text(
        "{name} must list codes, as damaged_in_transit.",
        "A code is 1 to 64 small letters, digits and underscores, and begins with a letter.",
        "Send codes of this form.",
    ),
    rules.LooserThanAbove: Text(
        "{name} may not be looser than {above}, set at {set_at}.",
        "The strictest value on the way up to the platform is in force.",
        "Send a value that is at least as strict, or ask that tenant's administrator.",
    ),
    rules.LooserThanDefault: Text(
        "{name} may not be looser than {above}, which is the default.",
        "Only the platform, a bank or a program may loosen a default.",
        "Send a value that is at least as strict, or ask an administrator of the program.",
    ),
}
