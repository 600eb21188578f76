"""Checks the values of parameters.

Before a value is stored, its type, bounds and members are checked. When a value is read, only its type is checked. The
module does no I/O.
"""

from collections.abc import Callable, Mapping
from functools import partial

from refunds.domain.money import is_currency
from refunds.domain.settings.exchange_rates import BASE_CURRENCY
from refunds.domain.settings.money_limits import Amounts
from refunds.domain.settings.parameters import Definition, Value, ValueType
from refunds.domain.settings.reason_codes import CODE
from refunds.domain.settings.value_errors import (
    BaseCurrencyMissing,
    CurrencyUnknown,
    LeaseTooShort,
    NotABoolean,
    NotAChoice,
    NotACode,
    NotAList,
    NotAmountsByCurrency,
    NotAnInteger,
    NotDistinct,
    NullNotAllowed,
    OutsideBounds,
)


def checked(definition: Definition, value: Value) -> Value:
    """Returns the value in the form in which it is stored.

    Raises ValueOutOfRange if the value violates the definition.
    """
    if value is None:
        if definition.default is not None:
            raise NullNotAllowed(name=definition.name)
        return None
    return _CHECKS[definition.type](definition, value)


def has_type(definition: Definition, value: object) -> bool:
    """True if a stored value has the type of the definition.

    Bounds are ignored, because they may have changed since the value was stored.
    """
    if value is None:
        return definition.default is None
    return _HAS_TYPE[definition.type](value)


def _members(definition: Definition, value: object) -> tuple[int, ...] | tuple[str, ...]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= definition.items_max:
        raise NotAList(name=definition.name, items_max=definition.items_max)
    if definition.type is ValueType.INTEGER_LIST:
        return tuple(_integer(definition, member) for member in value)
    chosen = tuple(_choice(definition, member) for member in value)
    if len(set(chosen)) != len(chosen):
        raise NotDistinct(name=definition.name)
    return chosen


def _boolean(definition: Definition, value: object) -> bool:
    if not isinstance(value, bool):
        raise NotABoolean(name=definition.name)
    return value


def _integer(definition: Definition, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAnInteger(name=definition.name)
    if not definition.minimum <= value <= definition.maximum:
        raise _outside(definition)
    return value


def _outside(of: Definition) -> OutsideBounds:
    if of.call_max_s:
        return LeaseTooShort(name=of.name, minimum=of.minimum, maximum=of.maximum, call_max_s=of.call_max_s)
    return OutsideBounds(name=of.name, minimum=of.minimum, maximum=of.maximum)


def _amount_table(definition: Definition, value: object) -> Amounts:
    if not isinstance(value, Mapping) or not 1 <= len(value) <= definition.items_max:
        raise NotAmountsByCurrency(name=definition.name, base_currency=BASE_CURRENCY)
    for code in value:
        if not isinstance(code, str) or not is_currency(code):
            raise CurrencyUnknown(name=definition.name, code=str(code))
    if BASE_CURRENCY not in value:
        raise BaseCurrencyMissing(name=definition.name, base_currency=BASE_CURRENCY)
    return {code: _integer(definition, amount) for code, amount in sorted(value.items())}


def _choice(definition: Definition, value: object) -> str:
    if not definition.choices:
        return _code(definition, value)
    if not isinstance(value, str) or value not in definition.choices:
        raise NotAChoice(name=definition.name, choices=definition.choices)
    return value


def _code(definition: Definition, value: object) -> str:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise NotACode(name=definition.name)
    return value


_CHECKS: dict[ValueType, Callable[[Definition, object], Value]] = {
    ValueType.BOOLEAN: _boolean,
    ValueType.INTEGER: _integer,
    ValueType.AMOUNTS: _amount_table,
    ValueType.INTEGER_LIST: _members,
    ValueType.STRING_LIST: _members,
}


def _is_tuple_of(kind: type, value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and all(type(member) is kind for member in value)


def _is_amounts(value: object) -> bool:
    if not isinstance(value, Mapping) or BASE_CURRENCY not in value:
        return False
    return all(type(code) is str and type(amount) is int for code, amount in value.items())


_HAS_TYPE: dict[ValueType, Callable[[object], bool]] = {
    ValueType.BOOLEAN: lambda value: type(value) is bool,
    ValueType.INTEGER: lambda value: type(value) is int,
    ValueType.AMOUNTS: _is_amounts,
    ValueType.INTEGER_LIST: partial(_is_tuple_of, int),
    ValueType.STRING_LIST: partial(_is_tuple_of, str),
}
