"""Every limit is a parameter, resolved merchant → organization → program → bank → platform → default.

The nearest value counts, but for bounds: of those the strictest on the path, so that no level loosens what one above
it has set. A default is loosened by the sponsors (platform, bank, program) only, who answer for it.

Definitions are the table below; values are set at nodes of the tenant tree with a time span. An answer says which
level it came from. Pure: a `ParameterSnapshot` is built from stored values and asked with a moment in time.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from refunds.domain.errors import NotOverridable, ParameterNotFound, ValueOutOfRange
from refunds.domain.leases import GATEWAY_LEASE_MIN_S, WHY_SO_LONG
from refunds.domain.tenancy import PLATFORM

Value: TypeAlias = int | bool | str | tuple[int, ...] | tuple[str, ...] | None


class ValueType(StrEnum):
    """What a parameter's value is."""

    INTEGER = "integer"
    BOOLEAN = "boolean"
    INTEGER_LIST = "integer_list"
    STRING_LIST = "string_list"


class Strictest(StrEnum):
    """Which of several values of a bound is in force; None is the loosest of all."""

    LOWEST = "lowest"
    HIGHEST = "highest"
    COMMON = "common"
    """The members that all lists have."""


SPONSOR_LEVELS = 3
"""Levels from the root down that may loosen a default: platform, bank, program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A parameter. `minimum`/`maximum` bound integers and each member of an integer list; None as a value is allowed
    only where `default` is None and means "no limit". `strictest` is told of bounds: a lower level cannot loosen them.
    """

    name: str
    type: ValueType
    default: Value
    description: str
    minimum: int = 0
    maximum: int = 2**53
    choices: tuple[str, ...] = ()
    items_max: int = 20
    is_overridable: bool = True
    strictest: Strictest | None = None
    is_sensitive: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterValue:
    """A value at a node, in force from `effective_from` until before `expires_at`."""

    id: str
    name: str
    tenant_id: str
    value: Value
    effective_from: datetime
    expires_at: datetime | None
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A value with where it comes from: `source` is the tenant's id, or `default`."""

    name: str
    value: Value
    source: str
    value_id: str = ""
    effective_from: datetime | None = None
    expires_at: datetime | None = None
    set_by: str = ""


def _definition(name: str, type_: ValueType, default: Value, description: str, **rest: object) -> Definition:
    return Definition(name=name, type=type_, default=default, description=description, **rest)  # type: ignore[arg-type]


def _most_major(name: str, default: Value, what: str) -> Definition:
    text = f"{what}, in whole units of the currency."
    return _definition(name, ValueType.INTEGER, default, text, minimum=1, maximum=10**9, strictest=Strictest.LOWEST)


def _seconds(name: str, default: int, description: str, maximum: int, **rest: object) -> Definition:
    """A wait of at least one: no tenant may load a gateway without a pause."""
    return _definition(name, ValueType.INTEGER, default, description, **{"minimum": 1, "maximum": maximum} | rest)


_INT, _INTS, _STRS, _BOOL = ValueType.INTEGER, ValueType.INTEGER_LIST, ValueType.STRING_LIST, ValueType.BOOLEAN

DEFINITIONS: dict[str, Definition] = {
    d.name: d
    for d in (
        _definition(
            "refund_window_days",
            _INT,
            180,
            "Days after capture within which a refund may be asked for.",
            maximum=3650,
            strictest=Strictest.LOWEST,
        ),
        _most_major("refund_amount_max_major", None, "Largest refund"),
        _most_major("refund_daily_max_major", None, "Most that is refunded of one payment in 24 hours"),
        _most_major("refund_weekly_max_major", None, "Most that is refunded of one payment in 7 days"),
        _most_major("debit_card_daily_max_major", 10_000, "As refund_daily_max_major, of payments by debit card"),
        _most_major("debit_card_weekly_max_major", 20_000, "As refund_weekly_max_major, of payments by debit card"),
        _definition(
            "auto_approval_below_major",
            _INT,
            1000,
            "Refunds below this many whole units of the currency need no approval.",
            maximum=10**9,
            strictest=Strictest.LOWEST,
        ),
        _definition(
            "approvals_required",
            _INT,
            1,
            "Approvals by different people that a refund needs, where it needs any.",
            minimum=1,
            maximum=5,
            strictest=Strictest.HIGHEST,
        ),
        _definition(
            "refunds_per_payment_max",
            _INT,
            100,
            "Refunds of one payment that went out or may go out; those that ended without money do not count.",
            minimum=1,
            maximum=2000,
            is_overridable=False,
        ),
        _definition(
            "refund_methods_allowed",
            _STRS,
            ("original_payment", "balance", "other"),
            "Where refunds may go.",
            choices=("original_payment", "balance", "other"),
            strictest=Strictest.COMMON,
        ),
        _definition(
            "gateway_attempts_max", _INT, 5, "Tries at a gateway under one idempotency key.", minimum=1, maximum=10
        ),
        _seconds(
            "gateway_wait_max_s",
            259_200,
            "How long a refund waits for a gateway that cannot be reached, before it is only asked for.",
            2_592_000,
        ),
        _definition(
            "gateway_retry_delays_s",
            _INTS,
            (3, 9, 27, 81, 243),
            "Waits before the tries after the first; no tenant may have its refunds sent again at once.",
            minimum=1,
            maximum=86_400,
        ),
        _seconds("gateway_rate_limit_delay_s", 30, "Wait after the gateway said that it is asked too often.", 3600),
        _seconds("gateway_status_ask_delay_s", 30, "Wait before asking for an unknown outcome.", 3600),
        _seconds(
            "gateway_pending_ask_delay_s",
            3600,
            "Wait before asking for a refund that the gateway called pending.",
            604_800,
        ),
        _seconds(
            "gateway_lease_s",
            30,
            "How long one worker alone may take over a try at a gateway.",
            3600,
            minimum=GATEWAY_LEASE_MIN_S,
            because=WHY_SO_LONG,
        ),
        _definition(
            "pay_out_during_dispute",
            _BOOL,
            False,
            "Whether a refund may go out while a dispute is open.",
            strictest=Strictest.LOWEST,
        ),
    )
}


def definition(name: str) -> Definition:
    """The definition of that name; ParameterNotFound otherwise."""
    try:
        return DEFINITIONS[name]
    except KeyError:
        raise ParameterNotFound(id=name) from None


def checked(definition: Definition, value: Value) -> Value:
    """The value as it will be stored; ValueOutOfRange where it breaks the definition."""
    if value is None:
        if definition.default is not None:
            raise ValueOutOfRange(name=definition.name, rule="may not be null")
        return None
    if definition.type is ValueType.BOOLEAN:
        return _boolean(definition, value)
    if definition.type is ValueType.INTEGER:
        return _integer(definition, value)
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


def _choice(definition: Definition, value: object) -> str:
    if not isinstance(value, str) or value not in definition.choices:
        raise ValueOutOfRange(name=definition.name, rule=f"must be one of {', '.join(definition.choices)}")
    return value


def narrowed(of: Definition, above: Value, value: Value) -> Value:
    """What is in force of a bound where `above` holds and a level below says `value`."""
    if isinstance(above, tuple) and isinstance(value, tuple):
        return tuple(member for member in above if member in value)  # type: ignore[return-value]
    if isinstance(above, int) and isinstance(value, int):
        return max(above, value) if of.strictest is Strictest.HIGHEST else min(above, value)
    return above if value is None else value


def is_looser(of: Definition, above: Value, value: Value) -> bool:
    """Whether a level below may not say `value` of a bound where `above` holds. The order of a list means nothing."""
    narrow = narrowed(of, above, value)
    if isinstance(narrow, tuple) and isinstance(value, tuple):
        return set(narrow) != set(value)
    return narrow != value


def check_settable(definition: Definition, tenant_id: str) -> None:
    """NotOverridable where the parameter may be set at the root only."""
    if not definition.is_overridable and tenant_id != PLATFORM:
        raise NotOverridable(name=definition.name)


class ParameterSnapshot:
    """All stored values at one version, immutable; asked in process on the way of every refund."""

    def __init__(self, version: int, values: Iterable[ParameterValue]) -> None:
        self.version = version
        by_node: dict[tuple[str, str], list[ParameterValue]] = {}
        for value in values:
            by_node.setdefault((value.name, value.tenant_id), []).append(value)
        for of_node in by_node.values():
            of_node.sort(key=lambda v: (v.effective_from, v.set_at, v.id), reverse=True)
        self._by_node: Mapping[tuple[str, str], list[ParameterValue]] = by_node
        self._boundaries = sorted(
            {v.effective_from for vs in by_node.values() for v in vs}
            | {v.expires_at for vs in by_node.values() for v in vs if v.expires_at is not None}
        )

    def resolve(self, name: str, path: tuple[str, ...], at: datetime) -> Resolved:
        """The value in force for a node at `path` (root first); the latest set one of a level.

        Of a bound, `source` is the level that decided: the last one to make it stricter.
        """
        of = definition(name)
        if of.strictest is not None:
            return self._strictest(of, path, at)
        for node in reversed(path):
            value = self._in_force(name, node, at)
            if value is not None:
                return _resolved(value, value.value)
        return Resolved(name=name, value=of.default, source="default")

    def _strictest(self, of: Definition, path: tuple[str, ...], at: datetime) -> Resolved:
        found = Resolved(name=of.name, value=of.default, source="default")
        for level, node in enumerate(path):
            value = self._in_force(of.name, node, at)
            if value is None:
                continue
            is_first = found.source == "default" and level < SPONSOR_LEVELS
            narrow = value.value if is_first else narrowed(of, found.value, value.value)
            if is_first or narrow != found.value:
                found = _resolved(value, narrow)
        return found

    def _in_force(self, name: str, node: str, at: datetime) -> ParameterValue | None:
        for value in self._by_node.get((name, node), ()):
            if value.effective_from <= at and (value.expires_at is None or at < value.expires_at):
                return value
        return None

    def values_at(self, name: str, tenant_id: str) -> tuple[ParameterValue, ...]:
        """All values ever set at a node, the latest to begin first."""
        return tuple(self._by_node.get((definition(name).name, tenant_id), ()))

    def unchanged_until(self, at: datetime) -> datetime | None:
        """The next moment after `at` at which any value begins or ends; None where none does."""
        place = bisect_right(self._boundaries, at)
        return self._boundaries[place] if place < len(self._boundaries) else None

    def unchanged_since(self, at: datetime) -> datetime | None:
        """The last moment, `at` included, at which any value began or ended; None where none had."""
        place = bisect_right(self._boundaries, at)
        return self._boundaries[place - 1] if place else None


def _resolved(value: ParameterValue, in_force: Value) -> Resolved:
    """A number stored when less was allowed is read as the least that is allowed now."""
    in_force = max(in_force, DEFINITIONS[value.name].minimum) if type(in_force) is int else in_force
    return Resolved(
        name=value.name,
        value=in_force,
        source=value.tenant_id,
        value_id=value.id,
        effective_from=value.effective_from,
        expires_at=value.expires_at,
        set_by=value.set_by,
    )
