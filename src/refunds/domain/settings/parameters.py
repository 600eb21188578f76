"""Defines the parameters that tenants may set, and resolves their values.

A value is looked up in the order merchant, organization, program, bank, platform, default. The first value found is in
force. For a bound, the strictest value on the path is in force, so no level can loosen a level above it. Only the
sponsors (platform, bank and program) may loosen a default.

A value is set at a node of the tenant tree for a span of time. A resolved value names the level that it came from. A
`ParameterSnapshot` is built from stored values and resolves them. The module does no I/O.

Limits that are the same for all tenants are constants next to their rule. Examples are PAYPAL_WINDOW_DAYS and FULL_ONLY
in `eligibility`, and LARGE_FROM in the API's `refund_changes`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from refunds.domain.errors import NotOverridable, ParameterNotFound
from refunds.domain.money import AMOUNT_MAX
from refunds.domain.settings.exchange_rates import CHANGES, rates_at
from refunds.domain.settings.lease_bounds import GATEWAY_CALL_MAX_S, GATEWAY_LEASE_MIN_S
from refunds.domain.settings.money_limits import Amounts, looser_currencies, lower, of_base, thousands
from refunds.domain.settings.unreadable_settings import UnreadableValue, refuse_unreadable
from refunds.domain.tenancy import PLATFORM

Value: TypeAlias = int | bool | str | tuple[int, ...] | tuple[str, ...] | Amounts | None


class ValueType(StrEnum):
    """The type that the values of a parameter have."""

    INTEGER = "integer"
    BOOLEAN = "boolean"
    INTEGER_LIST = "integer_list"
    STRING_LIST = "string_list"
    AMOUNTS = "amounts"
    """An amount in minor units for each currency. See `money_limits`."""


class Strictest(StrEnum):
    """States which of several values of a bound is the strictest. The value None is looser than all others."""

    LOWEST = "lowest"
    HIGHEST = "highest"
    COMMON = "common"
    """The strictest value is the list of the members that all lists contain."""


CURRENCIES_MAX = 200
"""The maximum number of currencies in one value. ISO 4217 has fewer currencies."""

SPONSOR_LEVELS = 3
"""How many levels, from the root down, may loosen a default. They are platform, bank and program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """The definition of a parameter.

    `minimum` and `maximum` bound an integer, each member of a list and each amount. A value may be None only if
    `default` is None. None then means that no value is set. If a list of texts has no `choices`, its members are codes.
    `strictest` is set if the parameter is a bound, which no lower level can loosen. `call_max_s` is the longest time in
    seconds that a call to a gateway may take. The value must exceed `call_max_s`, unless `call_max_s` is 0.
    """

    name: str
    type: ValueType
    default: Value
    minimum: int = 0
    maximum: int = 2**53
    choices: tuple[str, ...] = ()
    items_max: int = 20
    is_overridable: bool = True
    strictest: Strictest | None = None
    is_sensitive: bool = False
    call_max_s: int = 0


class ParameterValue(Struct, frozen=True, kw_only=True):
    """A value set at a node of the tenant tree, in force from `effective_from` until `expires_at`."""

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
    """A value with its origin. `source` is the id of the tenant that set the value, or `default`."""

    name: str
    value: Value
    source: str
    value_id: str = ""
    effective_from: datetime | None = None
    expires_at: datetime | None = None
    set_by: str = ""


def _definition(name: str, type_: ValueType, default: Value, **rest: object) -> Definition:
    return Definition(name=name, type=type_, default=default, **rest)  # type: ignore[arg-type]


def _amounts(name: str, default: Amounts | None, minimum: int = 1) -> Definition:
    bounds = {"minimum": minimum, "maximum": AMOUNT_MAX, "strictest": Strictest.LOWEST}
    return _definition(name, ValueType.AMOUNTS, default, items_max=CURRENCIES_MAX, **bounds)


def _seconds(name: str, default: int, maximum: int, **rest: object) -> Definition:
    """Defines a wait of at least one second, so that calls to a gateway never follow each other without a pause."""
    return _definition(name, ValueType.INTEGER, default, **{"minimum": 1, "maximum": maximum} | rest)


_INT, _INTS, _STRS, _BOOL = ValueType.INTEGER, ValueType.INTEGER_LIST, ValueType.STRING_LIST, ValueType.BOOLEAN

DEFINITIONS: dict[str, Definition] = {
    d.name: d
    for d in (
        _definition(
            "refund_window_days",
            _INT,
            180,
            maximum=3650,
            strictest=Strictest.LOWEST,
        ),
        _amounts("refund_amount_max", None),
        _amounts("refund_daily_max", None),
        _amounts("refund_weekly_max", None),
        _amounts("debit_card_daily_max", thousands(10)),
        _amounts("debit_card_weekly_max", thousands(20)),
        _amounts("auto_approval_below", thousands(1), minimum=0),
        _definition(
            "approvals_required",
            _INT,
            1,
            minimum=1,
            maximum=5,
            strictest=Strictest.HIGHEST,
        ),
        _definition(
            "refunds_per_payment_max",
            _INT,
            100,
            minimum=1,
            maximum=2000,
            is_overridable=False,
        ),
        _definition(
            "refund_methods_allowed",
            _STRS,
            ("original_payment",),
            choices=("original_payment", "balance", "other"),
            strictest=Strictest.COMMON,
        ),
        _definition("reason_codes_added", _STRS, None, items_max=50),
        _definition("gateway_attempts_max", _INT, 5, minimum=1, maximum=10),
        _seconds(
            "gateway_wait_max_s",
            259_200,
            2_592_000,
        ),
        _definition(
            "gateway_retry_delays_s",
            _INTS,
            (3, 9, 27, 81, 243),
            minimum=1,
            maximum=86_400,
        ),
        _seconds("gateway_rate_limit_delay_s", 30, 3600),
        _seconds("gateway_status_ask_delay_s", 30, 3600),
        _seconds(
            "gateway_pending_ask_delay_s",
            3600,
            604_800,
        ),
        _seconds(
            "gateway_lease_s",
            30,
            3600,
            minimum=GATEWAY_LEASE_MIN_S,
            call_max_s=GATEWAY_CALL_MAX_S,
        ),
        _definition(
            "pay_out_during_dispute",
            _BOOL,
            False,
            strictest=Strictest.LOWEST,
        ),
    )
}

EARLIER_NAMES: dict[str, str] = {
    f"{name}_major": name for name, of in DEFINITIONS.items() if of.type is ValueType.AMOUNTS
}
"""Maps parameter names of older releases to current names. The old values are whole units in every currency."""

REWRITTEN_SUFFIX = "_amounts"
MIGRATION = "refunds migrate"
"""Value of `set_by` for values that the migration wrote."""


def definition(name: str) -> Definition:
    """Returns the definition of the parameter `name`. Raises ParameterNotFound if there is none."""
    try:
        return DEFINITIONS[name]
    except KeyError:
        raise ParameterNotFound(id=name) from None


def narrowed(of: Definition, above: Value, value: Value, at: datetime) -> Value:
    """Combines a higher level's bound `above` with a lower level's `value`. Uses the exchange rates at `at`."""
    if isinstance(above, Mapping) and isinstance(value, Mapping):
        return lower(above, value, rates_at(at))
    if isinstance(above, tuple) and isinstance(value, tuple):
        return tuple(member for member in above if member in value)  # type: ignore[return-value]
    if isinstance(above, int) and isinstance(value, int):
        return max(above, value) if of.strictest is Strictest.HIGHEST else min(above, value)
    return above if value is None else value


def is_looser(of: Definition, above: Value, value: Value, at: datetime) -> bool:
    """True if a lower level's `value` is looser than the bound `above`. The order of lists is ignored."""
    if isinstance(above, Mapping) and isinstance(value, Mapping):
        return bool(looser_currencies(above, value, rates_at(at)))
    narrow = narrowed(of, above, value, at)
    if isinstance(narrow, tuple) and isinstance(value, tuple):
        return set(narrow) != set(value)
    return narrow != value


def as_defined_now(value: ParameterValue) -> ParameterValue:
    """Returns a stored value with the current name and type of its parameter. The stored value stays as it is."""
    name = EARLIER_NAMES.get(value.name)
    if name is None:
        return value
    return replace(value, name=name, value=of_base(value.value) if isinstance(value.value, int) else value.value)


def rewritten(value: ParameterValue) -> ParameterValue:
    """Returns a new value that replaces a value of an older release.

    The new value is stored in addition to the old one, because the audit log contains the old one. Both values are in
    force for the same time. Values that were set later take precedence over both. The id of the new value is the id of
    the old value with REWRITTEN_SUFFIX.
    """
    return replace(as_defined_now(value), id=f"{value.id}{REWRITTEN_SUFFIX}", set_by=MIGRATION)


def check_settable(definition: Definition, tenant_id: str) -> None:
    """Raises NotOverridable if the parameter may be set only at the platform and the tenant is another node."""
    if not definition.is_overridable and tenant_id != PLATFORM:
        raise NotOverridable(name=definition.name)


class ParameterSnapshot:
    """An immutable snapshot of all stored values. Every refund resolves its parameters here without I/O."""

    def __init__(
        self, version: int, values: Iterable[ParameterValue], unreadable: Sequence[UnreadableValue] = ()
    ) -> None:
        self.version, self.unreadable = version, unreadable
        by_node: dict[tuple[str, str], list[ParameterValue]] = {}
        for value in map(as_defined_now, values):
            by_node.setdefault((value.name, value.tenant_id), []).append(value)
        for of_node in by_node.values():
            of_node.sort(key=lambda v: (v.effective_from, v.set_at, v.id), reverse=True)
        self._by_node: Mapping[tuple[str, str], list[ParameterValue]] = by_node
        self._names = frozenset(name for name, _ in by_node)
        self._boundaries = sorted(
            {v.effective_from for vs in by_node.values() for v in vs}
            | {v.expires_at for vs in by_node.values() for v in vs if v.expires_at is not None}
            | set(CHANGES)
        )

    def resolve(self, name: str, path: tuple[str, ...], at: datetime) -> Resolved:
        """Returns the value in force at `path`, which starts at the root.

        Raises SettingsUnreadable if an unreadable value may apply. In a level, the value with the latest
        `effective_from` wins, then the one set last. For a bound, `source` is the last level that made it stricter.
        """
        of = definition(name)
        refuse_unreadable(self.unreadable, name, path)
        if name not in self._names:
            return Resolved(name=name, value=of.default, source="default")
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
            narrow = value.value if is_first else narrowed(of, found.value, value.value, at)
            if is_first or narrow != found.value:
                found = _resolved(value, narrow)
        return found

    def _in_force(self, name: str, node: str, at: datetime) -> ParameterValue | None:
        for value in self._by_node.get((name, node), ()):
            if value.effective_from <= at and (value.expires_at is None or at < value.expires_at):
                return value
        return None

    def values_at(self, name: str, tenant_id: str) -> tuple[ParameterValue, ...]:
        """Returns all values ever set at the tenant, sorted by `effective_from` with the latest first."""
        return tuple(self._by_node.get((definition(name).name, tenant_id), ()))

    def unchanged_until(self, at: datetime) -> datetime | None:
        """Returns the first time after `at` at which a value begins or ends, or None if there is none."""
        place = bisect_right(self._boundaries, at)
        return self._boundaries[place] if place < len(self._boundaries) else None

    def unchanged_since(self, at: datetime) -> datetime | None:
        """Returns the last time up to `at` at which a value began or ended, or None if there is none."""
        place = bisect_right(self._boundaries, at)
        return self._boundaries[place - 1] if place else None


def _resolved(value: ParameterValue, in_force: Value) -> Resolved:
    """Returns the value with its origin."""
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
