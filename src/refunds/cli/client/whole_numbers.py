"""Defines command options that accept only whole numbers.

`1.5` and `1e3` are refused, because the command line's library would round them.
"""

from collections.abc import Sequence

from cyclopts import Parameter, Token
from cyclopts.validators import Number


def _whole(_type: object, tokens: Sequence[Token]) -> int:
    text = tokens[0].value
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{text} is no whole number") from None


WHOLE = Parameter(converter=_whole)


def whole(gte: int, lte: int | None = None) -> Parameter:
    """Returns the definition of an option that accepts a whole number from `gte` to `lte`."""
    return Parameter(converter=_whole, validator=Number(gte=gte, lte=lte))
