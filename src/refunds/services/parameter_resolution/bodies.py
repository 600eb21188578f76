"""Defines the bodies and queries of requests about parameters, and examples for the documentation."""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from refunds.domain.settings.parameters import CURRENCIES_MAX, DEFINITIONS, Value
from refunds.runtime.schema.fields import END, Moment, TenantId
from refunds.runtime.schema.validation_messages import form
from refunds.services.parameter_resolution.shapes import ResolvedOut, ValueOut, definition_out

ParameterName: TypeAlias = Annotated[
    str, form(r"^[a-z][a-z0-9_]{0,63}" + END, "the name of a parameter, such as refund_window_days")
]
Member: TypeAlias = int | Annotated[str, Meta(max_length=200)]
AmountTable: TypeAlias = Annotated[
    dict[str, int], Meta(max_length=CURRENCIES_MAX, description="Minor units by currency.")
]
AnyValue: TypeAlias = (
    int
    | bool
    | Annotated[str, Meta(max_length=200)]
    | Annotated[list[Member], Meta(max_length=100)]
    | AmountTable
    | None
)


class SetValueBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """A value that is set for a tenant.

    It is in force from `effective_from` (by default from now) until `expires_at` (by default without end).
    """

    tenant_id: TenantId
    value: AnyValue
    effective_from: Moment | UnsetType = UNSET
    expires_at: Moment | UnsetType = UNSET


class ResolveQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Selects the tenant and the time for which values are resolved.

    The default tenant is the caller's own. The default time is now.
    """

    name: (
        Annotated[ParameterName, Meta(description="The parameter whose value is returned; without it, all parameters.")]
        | None
    ) = None
    tenant_id: (
        Annotated[
            TenantId, Meta(description="The tenant whose values are returned; without it, the caller's own tenant.")
        ]
        | None
    ) = None
    at: (
        Annotated[Moment, Meta(description="The time (RFC 3339) at which the values are in force; without it, now.")]
        | None
    ) = None


class ValuesQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Selects the tenant whose values are listed. The default is the caller's own tenant."""

    tenant_id: (
        Annotated[
            TenantId, Meta(description="The tenant whose values are listed; without it, the caller's own tenant.")
        ]
        | None
    ) = None


def value_of(value: AnyValue) -> Value:
    """Returns the value, with a list converted to a tuple. The parameter's definition checks the value itself."""
    return tuple(value) if isinstance(value, list) else value  # type: ignore[return-value]


_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EXAMPLE_IN = SetValueBody(tenant_id="mer_01", value=90)
EXAMPLE_DEFINITION = definition_out(DEFINITIONS["refund_window_days"])
EXAMPLE_VALUE = ValueOut(
    id="prv_01km1d0v8x7f3a9k2b5c8d1e4g",
    name="refund_window_days",
    tenant_id="mer_01",
    value=90,
    effective_from=_AT,
    expires_at=None,
    set_by="admin_1",
    set_at=_AT,
)
EXAMPLE_RESOLVED = ResolvedOut(
    name="refund_window_days",
    tenant_id="mer_01",
    at=_AT,
    value=90,
    source="mer_01",
    source_kind="merchant",
    value_id=EXAMPLE_VALUE.id,
    effective_from=_AT,
    expires_at=None,
    set_by="admin_1",
)
