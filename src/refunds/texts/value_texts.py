"""The text of an invalid parameter value: one per class of `domain.settings.value_errors`."""

from collections.abc import Mapping

from refunds.domain.errors import RefundsError
from refunds.domain.settings import value_errors as rules
from refunds.texts.text import Text

VALUE_TEXTS: Mapping[type[RefundsError], Text] = {
    rules.NullNotAllowed: Text(
        "{name} may not be null.",
        "This parameter always has a value.",
        "Send a value.",
    ),
    rules.NotAList: Text(
        "{name} must be a list of 1 to {items_max} members.",
        "The value of this parameter is a list.",
        "Send a list.",
    ),
    rules.NotDistinct: Text(
        "{name} must name each member once.",
        "The value of this parameter is a set.",
        "Remove the members that are repeated.",
    ),
    rules.NotABoolean: Text(
        "{name} must be true or false.",
        "The value of this parameter is a boolean.",
        "Send true or false.",
    ),
    rules.NotAnInteger: Text(
        "{name} must be a whole number.",
        "The value of this parameter is a number, or consists of numbers.",
        "Send whole numbers.",
    ),
    rules.OutsideBounds: Text(
        "{name} must be from {minimum} to {maximum}.",
        "The definition of the parameter sets these bounds.",
        "Send a number within these bounds.",
    ),
    rules.LeaseTooShort: Text(
        "{name} must be from {minimum} to {maximum}.",
        (
            "A call to a gateway takes up to {call_max_s} s, and its answer must be stored before another worker may "
            "take over."
        ),
        "Send a number within these bounds.",
    ),
    rules.NotAmountsByCurrency: Text(
        "{name} must be a JSON object with an amount in minor units for each currency.",
        "The value of this parameter is a table of amounts.",
        'Send an object such as {{"{base_currency}": 100000, "JPY": 150000}}.',
    ),
    rules.CurrencyUnknown: Text(
        "{name} names {code}, which is not an ISO 4217 currency.",
        "Amounts can be given for currencies that are in use only.",
        "Send the three capital letters of a currency, or leave {code} out.",
    ),
    rules.BaseCurrencyMissing: Text(
        "{name} must name an amount in {base_currency}.",
        "The service computes the amounts of all other currencies from this amount.",
        "Add the amount in {base_currency}.",
    ),
    rules.NotAChoice: Text(
        "{name} must be one of {choices}.",
        "The definition of the parameter lists these choices.",
        "Send one of them.",
    ),
    rules.NotACode: Text(
        "{name} must be a list of codes such as damaged_in_transit.",
        "A code has 1 to 64 small letters, digits and underscores, and begins with a letter.",
        "Send codes of this form.",
    ),
    rules.LooserThanAbove: Text(
        "{name} may not be looser than {above}, which is set at {set_at}.",
        "A tenant may only be as strict as the tenants above it, or stricter.",
        (
            "Send a value that is at least as strict as {above}, or ask an administrator of {set_at} to change the "
            "value there."
        ),
    ),
    rules.LooserThanDefault: Text(
        "{name} may not be looser than {above}, which is the default.",
        "Only the platform, a bank or a program may set a looser value than the default.",
        "Send a value that is at least as strict as {above}, or ask an administrator of the program.",
    ),
}
