"""Defines the errors for values of parameters, with one class for each rule that a value can break.

The errors are raised before a value is stored. The API answers them as `value_out_of_range`. The texts are in
`refunds.texts`.
"""

from dataclasses import dataclass

from refunds.domain.errors import ValueOutOfRange
from refunds.domain.money import Amount


@dataclass(kw_only=True, eq=False)
class NullNotAllowed(ValueOutOfRange):
    """The parameter must have a value."""


@dataclass(kw_only=True, eq=False)
class NotAList(ValueOutOfRange):
    """The value must be a list of one to `items_max` members."""

    items_max: int


@dataclass(kw_only=True, eq=False)
class NotDistinct(ValueOutOfRange):
    """The list contains a member twice."""


@dataclass(kw_only=True, eq=False)
class NotABoolean(ValueOutOfRange):
    """The value must be true or false."""


@dataclass(kw_only=True, eq=False)
class NotAnInteger(ValueOutOfRange):
    """The value must be a whole number, or a list of whole numbers."""


@dataclass(kw_only=True, eq=False)
class OutsideBounds(ValueOutOfRange):
    """The number, or a member of the list, is below the minimum or above the maximum."""

    minimum: int
    maximum: int


@dataclass(kw_only=True, eq=False)
class LeaseTooShort(OutsideBounds):
    """The lease must last longer than `call_max_s`, the longest time in seconds for a call to a gateway."""

    call_max_s: int


@dataclass(kw_only=True, eq=False)
class NotAmountsByCurrency(ValueOutOfRange):
    """The value must be a table that maps currencies to amounts in minor units."""

    base_currency: str


@dataclass(kw_only=True, eq=False)
class CurrencyUnknown(ValueOutOfRange):
    """The table of amounts contains a code that is not a current currency."""

    code: str


@dataclass(kw_only=True, eq=False)
class BaseCurrencyMissing(ValueOutOfRange):
    """The table has no amount in the base currency. Amounts in unnamed currencies are computed from this amount."""

    base_currency: str


@dataclass(kw_only=True, eq=False)
class NotAChoice(ValueOutOfRange):
    """The value, or a member of the list, is not one of the allowed values."""

    choices: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class NotACode(ValueOutOfRange):
    """A member of a list of codes does not have the form of a code."""


@dataclass(kw_only=True, eq=False)
class LooserThanAbove(ValueOutOfRange):
    """The value is looser than the bound of a level above.

    `above` is the bound in force at that level. For money limits, `above` has one amount per currency.
    """

    above: tuple[int | str | Amount | None, ...]
    set_at: str


@dataclass(kw_only=True, eq=False)
class LooserThanDefault(LooserThanAbove):
    """The value is looser than the default. Only the platform, a bank or a program may loosen the default."""
