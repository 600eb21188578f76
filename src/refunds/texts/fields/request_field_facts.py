"""Broken rules of values of bodies and queries: one class a case. Pure.

Their texts are in `request_field_texts`.
"""

from refunds.texts.fields.field_fact import FieldFact


class GivenTwice(FieldFact, frozen=True, kw_only=True):
    """The object has this name twice."""


class PlusLost(FieldFact, frozen=True, kw_only=True):
    """A time of a query whose `+` arrived as a blank."""


class NotWholeNumber(FieldFact, frozen=True, kw_only=True):
    """A number of a query that is not written as digits alone."""


class IsNull(FieldFact, frozen=True, kw_only=True):
    """A parameter of a query that is read as null."""


class NotATime(FieldFact, frozen=True, kw_only=True):
    """A time of a query that is written as a number."""


class HasNul(FieldFact, frozen=True, kw_only=True):
    """A text with U+0000."""


class OutsideYears(FieldFact, frozen=True, kw_only=True):
    """A moment that is not stored."""


class HasCardNumber(FieldFact, frozen=True, kw_only=True):
    """A text with what may be a card number."""


class NothingVisible(FieldFact, frozen=True, kw_only=True):
    """A name of invisible characters."""


class AmountNull(FieldFact, frozen=True, kw_only=True):
    """An amount of null, which may be meant as all that is left."""


class IdNotChoosable(FieldFact, frozen=True, kw_only=True):
    """An id that the caller may not choose."""


class IdOfOtherKind(FieldFact, frozen=True, kw_only=True):
    """An id with the prefix of another kind of tenant."""

    kind: str
    prefix: str


class TaxAboveAmount(FieldFact, frozen=True, kw_only=True):
    """More tax than amount."""


class CurrencyNotInUse(FieldFact, frozen=True, kw_only=True):
    """A currency that was not in use at the capture."""


class InTheFuture(FieldFact, frozen=True, kw_only=True):
    """A capture in the future."""


class QuantityZero(FieldFact, frozen=True, kw_only=True):
    """A captured line without a piece."""


class PathOfDots(FieldFact, frozen=True, kw_only=True):
    """An id that would change the path of an address."""
