"""Defines the response models of parameters, and creates them from the domain's values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from refunds.domain.settings.exchange_rates import BASE_CURRENCY
from refunds.domain.settings.parameters import Definition, ParameterValue, Resolved, Value, ValueType
from refunds.texts.parameter_texts import PARAMETER_TEXTS

Shown: TypeAlias = int | bool | str | Sequence[int | str] | dict[str, int] | None


class DefinitionOut(Struct, kw_only=True):
    """The definition of a parameter. `minimum` and `maximum` limit integers, members of integer lists, and amounts.

    A value of type `amounts` is minor units by currency, as {"USD": 100000, "JPY": 150000}. It names an amount in
    `base_currency`. For every other currency, this amount is converted at a fixed exchange rate.
    """

    name: str
    type: str
    default: Shown
    description: str
    minimum: int | None
    maximum: int | None
    choices: Sequence[str]
    items_max: int | None
    is_overridable: bool
    is_sensitive: bool
    base_currency: str | None


class DefinitionPageOut(Struct, kw_only=True):
    """All parameters."""

    data: Sequence[DefinitionOut]
    next_cursor: str | None


class ValueOut(Struct, kw_only=True):
    """A value set for a tenant. It is in force from `effective_from` and no longer at `expires_at`."""

    id: str
    name: str
    tenant_id: str
    value: Shown
    effective_from: datetime
    expires_at: datetime | None
    set_by: str
    set_at: datetime


class ValuePageOut(Struct, kw_only=True):
    """All values ever set for a tenant, the latest `effective_from` first."""

    data: Sequence[ValueOut]
    next_cursor: str | None


class ResolvedOut(Struct, kw_only=True):
    """A value in force for a tenant at a moment; `source` is the tenant for which it was set, or `default`."""

    name: str
    tenant_id: str
    at: datetime
    value: Shown
    source: str
    source_kind: str
    value_id: str | None
    effective_from: datetime | None
    expires_at: datetime | None
    set_by: str | None


class ResolvedPageOut(Struct, kw_only=True):
    """All parameters in force for a tenant."""

    data: Sequence[ResolvedOut]
    next_cursor: str | None


def _shown(value: Value) -> Shown:
    return dict(value) if isinstance(value, Mapping) else value


def definition_out(definition: Definition) -> DefinitionOut:
    """Returns the response model of a definition."""
    is_bounded = definition.type in (ValueType.INTEGER, ValueType.INTEGER_LIST, ValueType.AMOUNTS)
    return DefinitionOut(
        name=definition.name,
        type=definition.type.value,
        default=_shown(definition.default),
        description=PARAMETER_TEXTS[definition.name],
        minimum=definition.minimum if is_bounded else None,
        maximum=definition.maximum if is_bounded else None,
        choices=definition.choices,
        items_max=definition.items_max if definition.type.value.endswith("list") else None,
        is_overridable=definition.is_overridable,
        is_sensitive=definition.is_sensitive,
        base_currency=BASE_CURRENCY if definition.type is ValueType.AMOUNTS else None,
    )


def value_out(value: ParameterValue) -> ValueOut:
    """Returns the response model of a stored value."""
    return ValueOut(
        id=value.id,
        name=value.name,
        tenant_id=value.tenant_id,
        value=_shown(value.value),
        effective_from=value.effective_from,
        expires_at=value.expires_at,
        set_by=value.set_by,
        set_at=value.set_at,
    )


def resolved_out(resolved: Resolved, tenant_id: str, at: datetime, source_kind: str) -> ResolvedOut:
    """Returns the response model of a value in force."""
    return ResolvedOut(
        name=resolved.name,
        tenant_id=tenant_id,
        at=at,
        value=_shown(resolved.value),
        source=resolved.source,
        source_kind=source_kind,
        value_id=resolved.value_id or None,
        effective_from=resolved.effective_from,
        expires_at=resolved.expires_at,
        set_by=resolved.set_by or None,
    )
