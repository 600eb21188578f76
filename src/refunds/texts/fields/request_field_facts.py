"""Broken rules of values of bodies and queries: one class a case. Pure.

Their texts are in `request_field_texts`.
"""

from dataclasses import dataclass

from refunds.texts.fields.field_fact import FieldFact


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTwice(FieldFact):
    """The object has this name twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlusLost(FieldFact):
    """A time of a query whose `+` arrived as a blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotWholeNumber(FieldFact):
    """A number of a query that is not written as digits alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IsNull(FieldFact):
    """A parameter of a query that is read as null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotATime(FieldFact):
    """A time of a query that is written as a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HasNul(FieldFact):
    """A text with U+0000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideYears(FieldFact):
    """A moment that is not stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HasCardNumber(FieldFact):
    """A text with what may be a card number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingVisible(FieldFact):
    """A name of invisible characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountNull(FieldFact):
    """An amount of null, which may be meant as all that is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdNotChoosable(FieldFact):
    """An id that the caller may not choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdOfOtherKind(FieldFact):
    """An id with the prefix of another kind of tenant."""

    kind: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxAboveAmount(FieldFact):
    """More tax than amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyNotInUse(FieldFact):
    """A currency that was not in use at the capture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheFuture(FieldFact):
    """A capture in the future."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityZero(FieldFact):
    """A captured line without a piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathOfDots(FieldFact):
    """An id that would change the path of an address."""
