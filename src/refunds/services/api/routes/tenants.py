"""Handles the routes of the tenant tree: banks, programs, organizations and merchants.

The store has no idempotency keys for tenants. If a request has no `id`, the tenant's id is derived from its parent and
the Idempotency-Key. So a repeated request finds the tenant that the first request created.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated

from msgspec import UNSET, Struct, UnsetType

from refunds.domain.errors import AlreadyExists, KeyReused, TenantNotFound
from refunds.domain.ids import base32
from refunds.domain.tenancy import PARENT_KIND, Principal, Tenant, TenantKind
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import REPLAYED, Answer, Call, Endpoint, Example, json_answer
from refunds.runtime.schema.decoding import BodyReader, field_problem, read_query
from refunds.runtime.schema.fields import END, TenantId
from refunds.runtime.schema.validation_messages import form
from refunds.services.api.checks.card_numbers import refuse_card_numbers
from refunds.services.api.checks.visible_text import refuse_invisible
from refunds.services.api.fields import CURSOR_MEANING, LIMIT_DEFAULT, Name, NewTenantId, PageLimit, check_may_choose_id
from refunds.services.api.presenters import tenant_out
from refunds.services.api.response_models import TenantOut, TenantPageOut
from refunds.texts.fields import request_field_facts
from refunds.usecases.settings.add_tenant import PREFIX, AddTenant
from refunds.usecases.settings.config_cache import TenantConfigCache


class NewTenantKind(StrEnum):
    """The kinds of tenants that callers can add."""

    BANK = "bank"
    PROGRAM = "program"
    ORGANIZATION = "organization"
    MERCHANT = "merchant"


class AddTenantBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new tenant below `parent_id`.

    Only callers whose scope is the whole platform may choose the `id`. Its prefix must fit the kind, for example `mer_`
    for a merchant.
    """

    kind: NewTenantKind
    parent_id: TenantId
    name: Name
    id: NewTenantId | UnsetType = UNSET


class TenantQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Selects a page of tenants, in the order of their ids. `cursor` is the `next_cursor` of the previous page."""

    limit: PageLimit = LIMIT_DEFAULT
    cursor: Annotated[
        str,
        form(r"^([a-z]{3}_[A-Za-z0-9]{1,40})?" + END, "a cursor that the service returned", description=CURSOR_MEANING),
    ] = ""


_body = BodyReader(AddTenantBody)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRoutes:
    """Handles the routes of the tenant tree."""

    add_tenant: AddTenant
    config_cache: TenantConfigCache
    authorizer: Authorizer

    async def add(self, call: Call) -> Answer:
        """Handles POST /v1/tenants."""
        key = call.idempotency_key()
        body = _body.read(call.body)
        refuse_invisible({"/name": body.name})
        refuse_card_numbers({"/name": body.name})
        kind = TenantKind(body.kind.value)
        self.authorizer.check(call.principal, "add_tenant", kind)
        if body.id:
            _check_id(call.principal, kind, body.id)
        tenant_id = body.id or _id_from(kind, body.parent_id, key)
        try:
            tenant = await self.add_tenant(call.principal, kind, body.parent_id, body.name, tenant_id)
        except AlreadyExists as taken:
            tenant = await self._earlier(call.principal, body, tenant_id, taken)
            return json_answer(tenant_out(tenant), 201, (*_location(tenant), *REPLAYED))
        return json_answer(tenant_out(tenant), 201, _location(tenant))

    async def _earlier(self, principal: Principal, body: AddTenantBody, tenant_id: str, taken: AlreadyExists) -> Tenant:
        """Returns the tenant that an earlier copy of this request created.

        If a different request created it, raises `taken` if the body has an id, and KeyReused if it has none.
        """
        await self.config_cache.refresh()
        known = self.config_cache.tenant(principal.scope, tenant_id)
        asked = (TenantKind(body.kind.value), body.parent_id, body.name)
        if known is None or (known.kind, known.parent_id, known.name) != asked:
            raise taken if body.id else KeyReused()
        return known

    async def read(self, call: Call) -> Answer:
        """Handles GET /v1/tenants/{tenant_id}."""
        return json_answer(tenant_out(await self._known(call)))

    async def children(self, call: Call) -> Answer:
        """Handles GET /v1/tenants/{tenant_id}/children."""
        parent = await self._known(call)
        wanted = read_query(TenantQuery, call.query)
        below = sorted(
            (t for t in self.config_cache.tree.nodes.values() if t.parent_id == parent.id and t.id > wanted.cursor),
            key=lambda tenant: tenant.id,
        )
        page = below[: wanted.limit]
        cursor = page[-1].id if len(below) > len(page) else None
        return json_answer(TenantPageOut(data=[tenant_out(t) for t in page], next_cursor=cursor))

    async def _known(self, call: Call) -> Tenant:
        (tenant_id,) = call.path_values
        tenant = await self.config_cache.find_tenant(call.principal.scope, tenant_id)
        if tenant is None:
            raise TenantNotFound(id=tenant_id)
        return tenant

    def endpoints(self) -> list[Endpoint]:
        """Returns the routes."""
        return [
            Endpoint(
                method="POST",
                path="/v1/tenants",
                operation_id="addTenant",
                tag="tenants",
                summary="Add a bank, program, organization or merchant",
                handler=self.add,
                action="add_tenant",
                status=201,
                request=AddTenantBody,
                response=TenantOut,
                needs_key=True,
                problems=("tenant_not_found", "already_exists", "idempotency_key_reused"),
                request_examples=(Example(summary="A merchant", value=_EXAMPLE_IN),),
                response_example=_EXAMPLE_OUT,
            ),
            Endpoint(
                method="GET",
                path="/v1/tenants/{tenant_id}",
                operation_id="getTenant",
                tag="tenants",
                summary="Read a tenant",
                handler=self.read,
                action="read_tenants",
                is_from_snapshot=True,
                response=TenantOut,
                problems=("tenant_not_found",),
                response_example=_EXAMPLE_OUT,
            ),
            Endpoint(
                method="GET",
                path="/v1/tenants/{tenant_id}/children",
                operation_id="listChildTenants",
                tag="tenants",
                summary="List the tenants directly below a tenant",
                handler=self.children,
                action="read_tenants",
                is_from_snapshot=True,
                query=TenantQuery,
                response=TenantPageOut,
                problems=("invalid_query", "tenant_not_found"),
                response_example=TenantPageOut(data=[_EXAMPLE_OUT], next_cursor=None),
            ),
        ]


def _check_id(principal: Principal, kind: TenantKind, tenant_id: str) -> None:
    """Raises a problem 422 if the id does not fit the kind, or if the caller may not choose the id."""
    check_may_choose_id(principal)
    if not tenant_id.startswith(f"{PREFIX[kind]}_"):
        raise field_problem("/id", "invalid", request_field_facts.IdOfOtherKind(kind=kind, prefix=PREFIX[kind]))


def _id_from(kind: TenantKind, parent_id: str, key: str) -> str:
    digest = blake2b(f"{PARENT_KIND[kind]}\n{parent_id}\n{key}".encode(), digest_size=15).digest()
    return f"{PREFIX[kind]}_{base32(int.from_bytes(digest), 24)}"


def _location(tenant: Tenant) -> tuple[tuple[bytes, bytes]]:
    return ((b"location", f"/v1/tenants/{tenant.id}".encode()),)


_EXAMPLE_IN = AddTenantBody(kind=NewTenantKind.MERCHANT, parent_id="org_01", name="Shoes and more", id="mer_01")
_EXAMPLE_OUT = TenantOut(
    id="mer_01",
    kind="merchant",
    parent_id="org_01",
    name="Shoes and more",
    path=("platform", "bnk_01", "prg_01", "org_01", "mer_01"),
)
