"""The rules that a value of a parameter can break: one class per rule, with its facts.

Raised before a value is stored; answered as `value_out_of_range`. The texts are in `refunds.texts`.
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
    """A list contains a member twice."""


@dataclass(kw_only=True, eq=False)
class NotABoolean(ValueOutOfRange):
    """The value must be true or false."""


@dataclass(kw_only=True, eq=False)
class NotAnInteger(ValueOutOfRange):
    """The value, or each member of a list, must be a whole number."""


@dataclass(kw_only=True, eq=False)
class OutsideBounds(ValueOutOfRange):
    """The number, or a member of the list, is below the minimum or above the maximum."""

    minimum: int
    maximum: int


@dataclass(kw_only=True, eq=False)
class LeaseTooShort(OutsideBounds):
    """A lease must last longer than one call to a gateway may take; seconds."""

    call_max_s: int


@dataclass(kw_only=True, eq=False)
class NotAmountsByCurrency(ValueOutOfRange):
    """The value must be a table of minor units by currency."""

    base_currency: str


@dataclass(kw_only=True, eq=False)
class CurrencyUnknown(ValueOutOfRange):
    """A table of amounts names a code that is not a currency in use today."""

    code: str


@dataclass(kw_only=True, eq=False)
class BaseCurrencyMissing(ValueOutOfRange):
    """A table of amounts lacks the base currency, from which other amounts are computed."""

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
    """A level above has set a stricter bound.

    `above` is the bound in force there; for money, an amount per currency.
    """

    above: tuple[int | str | Amount | None, ...]
    set_at: str


@dataclass(kw_only=True, eq=False)
class LooserThanDefault(LooserThanAbove):
    """The default is stricter, and only the platform, a bank or a program may loosen it."""
