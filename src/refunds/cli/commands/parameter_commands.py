"""Defines `refunds parameters`, which shows the parameters and their values in force, and sets values."""

from datetime import datetime

import msgspec
from cyclopts import App
from msgspec import UNSET, UnsetType

from refunds.adapters.local.clock import SystemClock
from refunds.cli.client.client import Call
from refunds.cli.client.http_call import key_or_new, show
from refunds.cli.client.instance_option import USUAL, AsJson, Target
from refunds.cli.client.request_models import ParameterValueBody, SetValue
from refunds.cli.client.response_models import DefinitionsOut, ResolvedOut, ResolvedPageOut, moment
from refunds.cli.errors import command, failure
from refunds.cli.views.output import print_fields, print_table
from refunds.domain.tenancy import PLATFORM
from refunds.texts import command_facts as facts

app = App(name="parameters", help="Show and set the rules and limits of refunds.")


@app.command(name="list")
@command
async def list_parameters(*, target: Target = USUAL, as_json: AsJson = False) -> int:
    """Show all parameters with their defaults."""
    call = Call(method="GET", path="/v1/parameters")
    return await show(target, call, DefinitionsOut, _view_definitions, as_json)


@app.command
@command
async def resolve(
    name: str | None = None,
    *,
    tenant: str = PLATFORM,
    at: datetime | None = None,
    target: Target = USUAL,
    as_json: AsJson = False,
) -> int:
    """Show the value in force for a tenant, and where it was set.

    Parameters
    ----------
    name
        Name of the parameter; by default all parameters.
    tenant
        Id of the tenant; by default the root.
    at
        The time (UTC) at which the value is in force; by default now.
    """
    wanted = {"tenant_id": tenant, "name": name, "at": None if at is None else _utc(at).isoformat()}
    query = {field: value for field, value in wanted.items() if value is not None}
    call = Call(method="GET", path="/v1/parameters/resolve", query=query)
    if name is None:
        return await show(target, call, ResolvedPageOut, _view_all, as_json)
    return await show(target, call, ResolvedOut, _view_resolved, as_json)


@app.command(name="set")
@command
async def set_parameter(
    name: str,
    value: str,
    *,
    tenant: str = PLATFORM,
    effective_from: datetime | None = None,
    expires_at: datetime | None = None,
    key: str | None = None,
    target: Target = USUAL,
    as_json: AsJson = False,
) -> int:
    """Set a parameter for a tenant and all tenants below it.

    Parameters
    ----------
    name
        Name of the parameter.
    value
        JSON: 90, true, null, [1,2,3], ["balance"], or minor units by currency, such as {"USD": 100000, "JPY": 150000}.
    tenant
        Id of the tenant; by default the root.
    effective_from
        Time (UTC) from which the value is in force; by default now.
    expires_at
        Time (UTC) until which the value is in force; by default without end.
    key
        Idempotency-Key; by default a new one.
    """
    body = ParameterValueBody(
        tenant_id=tenant,
        value=_value(value),
        effective_from=UNSET if effective_from is None else _utc(effective_from),
        expires_at=_utc_or_unset(expires_at),
    )
    call = Call(method="POST", path="/v1/parameters/{}/values", ids=(name,), body=body, key=key_or_new(key))
    return await show(target, call, msgspec.Raw, lambda _: _print_set(name, value, tenant), as_json)


def _value(text: str) -> SetValue:
    try:
        value: SetValue = msgspec.json.decode(text, type=SetValue)
    except msgspec.DecodeError as error:
        raise failure(facts.ValueNotJson(text=text, error=str(error))) from None
    return value


def _utc_or_unset(at: datetime | None) -> datetime | UnsetType:
    return UNSET if at is None else _utc(at)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=at.tzinfo or SystemClock().now().tzinfo)


def _print_set(name: str, value: str, tenant: str) -> None:
    print_fields(((name, f"{value} at {tenant}"),))


def _view_definitions(definitions: DefinitionsOut) -> None:
    print_table(
        ("parameter", "type", ">default", "what it does"),
        ((one.name, one.type, _text(one.default), one.description) for one in definitions.data),
    )


def _view_all(page: ResolvedPageOut) -> None:
    print_table(
        ("parameter", ">value", "comes from", "set by", "until"),
        ((one.name, _text(one.value), one.source, one.set_by or "", moment(one.expires_at)) for one in page.data),
    )


def _view_resolved(resolved: ResolvedOut) -> None:
    print_fields(
        (
            (resolved.name, _text(resolved.value)),
            ("comes from", resolved.source),
            ("set by", resolved.set_by or ""),
            ("since", moment(resolved.effective_from)),
            ("until", moment(resolved.expires_at)),
        )
    )


def _text(value: msgspec.Raw) -> str:
    return bytes(value).decode()
