"""Broken rules of values in bodies and queries: one class per case. Pure.

The texts are in `request_field_texts`.
"""

from refunds.texts.fields.field_fact import FieldFact


class GivenTwice(FieldFact, frozen=True, kw_only=True):
    """A JSON object has this name twice."""


class PlusLost(FieldFact, frozen=True, kw_only=True):
    """The `+` of a time in a query arrived as a blank."""


class NotWholeNumber(FieldFact, frozen=True, kw_only=True):
    """A number in a query is not written in digits alone."""


class IsNull(FieldFact, frozen=True, kw_only=True):
    """A parameter of a query would be read as null."""


class NotATime(FieldFact, frozen=True, kw_only=True):
    """A time in a query is written as a number."""


class HasNul(FieldFact, frozen=True, kw_only=True):
    """The text contains U+0000."""


class OutsideYears(FieldFact, frozen=True, kw_only=True):
    """The time lies outside the years that can be stored."""


class HasCardNumber(FieldFact, frozen=True, kw_only=True):
    """The text may contain a card number."""


class NothingVisible(FieldFact, frozen=True, kw_only=True):
    """The name has only invisible characters."""


class AmountNull(FieldFact, frozen=True, kw_only=True):
    """The amount is null, which could be meant as the whole refundable amount."""


class IdNotChoosable(FieldFact, frozen=True, kw_only=True):
    """The caller may not choose this id."""


class IdOfOtherKind(FieldFact, frozen=True, kw_only=True):
    """The id has the prefix of another kind of tenant."""

    kind: str
    prefix: str


class TaxAboveAmount(FieldFact, frozen=True, kw_only=True):
    """The tax is larger than the amount."""


class CurrencyNotInUse(FieldFact, frozen=True, kw_only=True):
    """The currency was not in use at the time of the capture."""


class InTheFuture(FieldFact, frozen=True, kw_only=True):
    """The time of the capture lies in the future."""


class QuantityZero(FieldFact, frozen=True, kw_only=True):
    """The quantity of a captured line item is zero."""


class PathOfDots(FieldFact, frozen=True, kw_only=True):
    """The id consists of dots, which would change the path of an address."""
