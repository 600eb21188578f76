"""Defines `refunds tenants`, which adds and shows banks, programs, organizations and merchants."""

from enum import StrEnum

from cyclopts import App
from msgspec import UNSET

from refunds.cli.client.client import Call
from refunds.cli.client.http_call import key_or_new, show
from refunds.cli.client.instance_option import USUAL, AsJson, Target
from refunds.cli.client.request_models import TenantBody
from refunds.cli.client.response_models import TenantOut, TenantsOut
from refunds.cli.errors import command
from refunds.cli.views.output import print_fields, print_table
from refunds.domain.tenancy import PLATFORM

app = App(name="tenants", help="Add and show tenants.")


class NewTenantKind(StrEnum):
    """Kinds of tenants that can be added below the root."""

    BANK = "bank"
    PROGRAM = "program"
    ORGANIZATION = "organization"
    MERCHANT = "merchant"


@app.command
@command
async def add(
    kind: NewTenantKind,
    name: str,
    *,
    parent: str = PLATFORM,
    tenant_id: str | None = None,
    key: str | None = None,
    target: Target = USUAL,
    as_json: AsJson = False,
) -> int:
    """Add a tenant below another tenant.

    Parameters
    ----------
    kind
        Kind of the tenant. Banks are below the platform, then programs, organizations and merchants.
    name
        Name of the tenant.
    parent
        Id of the tenant above the new tenant; by default the platform.
    tenant_id
        Id of the new tenant, such as mer_shoes; by default the service creates an id.
    key
        Idempotency-Key; by default a new one.
    """
    body = TenantBody(kind=kind.value, parent_id=parent, name=name, id=tenant_id or UNSET)
    call = Call(method="POST", path="/v1/tenants", body=body, key=key_or_new(key))
    return await show(target, call, TenantOut, _view, as_json)


@app.command
@command
async def get(tenant_id: str, *, target: Target = USUAL, as_json: AsJson = False) -> int:
    """Show a tenant.

    Parameters
    ----------
    tenant_id
        Id of the tenant.
    """
    call = Call(method="GET", path="/v1/tenants/{}", ids=(tenant_id,))
    return await show(target, call, TenantOut, _view, as_json)


@app.command
@command
async def children(tenant_id: str = PLATFORM, *, target: Target = USUAL, as_json: AsJson = False) -> int:
    """Show the tenants directly below a tenant.

    Parameters
    ----------
    tenant_id
        Id of the tenant; by default the root.
    """
    call = Call(method="GET", path="/v1/tenants/{}/children", ids=(tenant_id,), query={"limit": "100"})
    return await show(target, call, TenantsOut, _view_children, as_json)


def _view(tenant: TenantOut) -> None:
    print_fields(
        (
            ("tenant", tenant.id),
            ("kind", tenant.kind),
            ("name", tenant.name),
            ("below", tenant.parent_id or ""),
        )
    )


def _view_children(tenants: TenantsOut) -> None:
    print_table(("tenant", "kind", "name"), ((one.id, one.kind, one.name) for one in tenants.data))
