"""The rules that a value of a parameter can break: one class a rule, each with its facts.

Raised before a value is stored; answered as `value_out_of_range`. Their texts are in `refunds.texts`.
"""

from dataclasses import dataclass

from refunds.domain.errors import ValueOutOfRange
from refunds.domain.money import Amount


@dataclass(kw_only=True, eq=False)
class NullNotAllowed(ValueOutOfRange):
    """The parameter always has a value."""


@dataclass(kw_only=True, eq=False)
class NotAList(ValueOutOfRange):
    """The value is a list of one to `items_max` members."""

    items_max: int


@dataclass(kw_only=True, eq=False)
class NotDistinct(ValueOutOfRange):
    """A list names a member twice."""


@dataclass(kw_only=True, eq=False)
class NotABoolean(ValueOutOfRange):
    """The value is true or false."""


@dataclass(kw_only=True, eq=False)
class NotAnInteger(ValueOutOfRange):
    """The value, or a member of it, is a whole number."""


@dataclass(kw_only=True, eq=False)
class OutsideBounds(ValueOutOfRange):
    """The number, or a member of it, lies outside the bounds."""

    minimum: int
    maximum: int


@dataclass(kw_only=True, eq=False)
class LeaseTooShort(OutsideBounds):
    """A lease is longer than one call to a gateway may take; seconds."""

    call_max_s: int


@dataclass(kw_only=True, eq=False)
class NotAmountsByCurrency(ValueOutOfRange):
    """The value is a table of minor units by currency."""

    base_currency: str


@dataclass(kw_only=True, eq=False)
class CurrencyUnknown(ValueOutOfRange):
    """A table of amounts names something that is no currency today."""

    code: str


@dataclass(kw_only=True, eq=False)
class BaseCurrencyMissing(ValueOutOfRange):
    """A table of amounts lacks the currency from which the others are computed."""

    base_currency: str


@dataclass(kw_only=True, eq=False)
class NotAChoice(ValueOutOfRange):
    """The value, or a member of it, is none of those that the parameter may have."""

    choices: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class NotACode(ValueOutOfRange):
    """A member of a list of codes has not the form of one."""


@dataclass(kw_only=True, eq=False)
class LooserThanAbove(ValueOutOfRange):
    """A level above has set a stricter bound; `above` is what is in force there, by currency where it is money."""

    above: tuple[int | str | Amount | None, ...]
    set_at: str


@dataclass(kw_only=True, eq=False)
class LooserThanDefault(LooserThanAbove):
    """As above, where the bound is the default, which only a sponsor loosens."""
