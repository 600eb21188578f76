"""Contains the texts for invalid parameter values, one per class of `domain.settings.value_errors`."""

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
        "{name} contains the same member twice.",
        "Each member may occur only once in this parameter.",
        "Remove the repeated members.",
    ),
    rules.NotABoolean: Text(
        "{name} must be true or false.",
        "This parameter has no other values.",
        "Send true or false.",
    ),
    rules.NotAnInteger: Text(
        "{name} must be a whole number.",
        "This parameter accepts whole numbers only.",
        "Send whole numbers.",
    ),
    rules.OutsideBounds: Text(
        "{name} must be at least {minimum} and at most {maximum}.",
        "The definition of the parameter sets these bounds.",
        "Send a number within these bounds.",
    ),
    rules.LeaseTooShort: Text(
        "{name} must be at least {minimum} and at most {maximum}.",
        (
            "A call to a gateway takes up to {call_max_s} s. The answer of the call must be stored before another "
            "worker may work on the same refund."
        ),
        "Send a number within these bounds.",
    ),
    rules.NotAmountsByCurrency: Text(
        "{name} must be a JSON object with an amount in minor units for each currency.",
        "This parameter has one amount for each currency.",
        'Send an object such as {{"{base_currency}": 100000, "JPY": 150000}}.',
    ),
    rules.CurrencyUnknown: Text(
        "{name} contains {code}, which is not an ISO 4217 currency.",
        "This parameter accepts only currencies that are in use.",
        "Send the three capital letters of a currency, or leave {code} out.",
    ),
    rules.BaseCurrencyMissing: Text(
        "{name} must contain an amount in {base_currency}.",
        "For every currency without an amount of its own, the service converts the amount in {base_currency}.",
        "Add the amount in {base_currency}.",
    ),
    rules.NotAChoice: Text(
        "{name} must be one of {choices}.",
        "The definition of the parameter lists these choices.",
        "Send one of these choices.",
    ),
    rules.NotACode: Text(
        "{name} must be a list of codes such as damaged_in_transit.",
        "A code has 1 to 64 lower-case letters, digits and underscores, and begins with a letter.",
        "Send codes of this form.",
    ),
    rules.LooserThanAbove: Text(
        "{name} may not be less strict than {above}, the value that is set for the tenant {set_at}.",
        "A tenant's value must be at least as strict as the values of the tenants above it.",
        (
            "Send a value that is at least as strict as {above}, or ask an administrator of {set_at} to change the "
            "value of {set_at}."
        ),
    ),
    rules.LooserThanDefault: Text(
        "{name} may not be less strict than the default, {above}.",
        "Only the platform, a bank or a program may set a value that is less strict than the default.",
        (
            "Send a value that is at least as strict as {above}, or ask an administrator of the program to change the "
            "value of the program."
        ),
    ),
}
