"""Defines the rules that values in bodies and queries can break, as one class per rule.

`request_field_texts` has their texts.
"""

from refunds.texts.fields.field_fact import FieldFact


class GivenTwice(FieldFact, frozen=True, kw_only=True):
    """A JSON object has the same name twice."""


class PlusLost(FieldFact, frozen=True, kw_only=True):
    """The `+` of a time in a query arrived as a space."""


class NotWholeNumber(FieldFact, frozen=True, kw_only=True):
    """A number in a query does not consist of digits alone."""


class IsNull(FieldFact, frozen=True, kw_only=True):
    """A query parameter has a text that would be read as null."""


class NotATime(FieldFact, frozen=True, kw_only=True):
    """A time in a query is written as a number."""


class HasNul(FieldFact, frozen=True, kw_only=True):
    """The text contains U+0000."""


class OutsideYears(FieldFact, frozen=True, kw_only=True):
    """The time is outside the years that can be stored."""


class HasCardNumber(FieldFact, frozen=True, kw_only=True):
    """The text may contain a card number."""


class NothingVisible(FieldFact, frozen=True, kw_only=True):
    """The name has only invisible characters."""


class AmountNull(FieldFact, frozen=True, kw_only=True):
    """The amount is null, which could mean the whole refundable amount."""


class IdNotChoosable(FieldFact, frozen=True, kw_only=True):
    """The caller may not choose the id of a new object."""


class IdOfOtherKind(FieldFact, frozen=True, kw_only=True):
    """The id does not begin with the prefix for this kind of tenant."""

    kind: str
    prefix: str


class TaxAboveAmount(FieldFact, frozen=True, kw_only=True):
    """The tax is larger than the amount."""


class CurrencyNotInUse(FieldFact, frozen=True, kw_only=True):
    """The currency was not in use at the time of the capture."""


class InTheFuture(FieldFact, frozen=True, kw_only=True):
    """The time of the capture is in the future."""


class QuantityZero(FieldFact, frozen=True, kw_only=True):
    """The quantity of a captured line item is zero."""


class PathOfDots(FieldFact, frozen=True, kw_only=True):
    """The id consists only of dots, which would change the path of a URL."""
