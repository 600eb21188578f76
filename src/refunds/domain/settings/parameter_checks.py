"""Checks type, bounds and members of a parameter's value. Called before a value is stored. Pure."""

from collections.abc import Callable, Mapping

from refunds.domain.errors import ValueOutOfRange
from refunds.domain.money import is_currency
from refunds.domain.settings.exchange_rates import BASE_CURRENCY
from refunds.domain.settings.money_limits import Amounts
from refunds.domain.settings.parameters import Definition, Value, ValueType


def checked(definition: Definition, value: Value) -> Value:
    """The value as it will be stored; ValueOutOfRange where it breaks the definition."""
    if value is None:
        if definition.default is not None:
            raise ValueOutOfRange(name=definition.name, rule="may not be null")
        return None
    return _CHECKS[definition.type](definition, value)


def _members(definition: Definition, value: object) -> tuple[int, ...] | tuple[str, ...]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= definition.items_max:
        raise ValueOutOfRange(name=definition.name, rule=f"must be a list of 1 to {definition.items_max} members")
    if definition.type is ValueType.INTEGER_LIST:
        return tuple(_integer(definition, member) for member in value)
    chosen = tuple(_choice(definition, member) for member in value)
    if len(set(chosen)) != len(chosen):
        raise ValueOutOfRange(name=definition.name, rule="must name each member once")
    return chosen


def _boolean(definition: Definition, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueOutOfRange(name=definition.name, rule="must be true or false")
    return value


def _integer(definition: Definition, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueOutOfRange(name=definition.name, rule="must be a whole number")
    if not definition.minimum <= value <= definition.maximum:
        why = f": {definition.because}" if definition.because else ""
        rule = f"must be from {definition.minimum} to {definition.maximum}{why}"
        raise ValueOutOfRange(name=definition.name, rule=rule)
    return value


def _amount_table(definition: Definition, value: object) -> Amounts:
    if not isinstance(value, Mapping) or not 1 <= len(value) <= definition.items_max:
        example = f'{{"{BASE_CURRENCY}": 100000, "JPY": 150000}}'
        raise ValueOutOfRange(name=definition.name, rule=f"must be minor units by currency, as {example}")
    for code in value:
        if not isinstance(code, str) or not is_currency(code):
            raise ValueOutOfRange(name=definition.name, rule=f"{code!r} is not an ISO 4217 currency")
    if BASE_CURRENCY not in value:
        rule = f"must name an amount in {BASE_CURRENCY}, from which those of currencies not named are computed"
        raise ValueOutOfRange(name=definition.name, rule=rule)
    return {code: _integer(definition, amount) for code, amount in sorted(value.items())}


def _choice(definition: Definition, value: object) -> str:
    if not isinstance(value, str) or value not in definition.choices:
        raise ValueOutOfRange(name=definition.name, rule=f"must be one of {', '.join(definition.choices)}")
    return value


_CHECKS: dict[ValueType, Callable[[Definition, object], Value]] = {
    ValueType.BOOLEAN: _boolean,
    ValueType.INTEGER: _integer,
    ValueType.AMOUNTS: _amount_table,
    ValueType.INTEGER_LIST: _members,
    ValueType.STRING_LIST: _members,
}
