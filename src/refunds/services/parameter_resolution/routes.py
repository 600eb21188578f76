"""Handles the routes that list parameters, resolve their values, list all values, and set a value.

A POST derives the value's id from the Idempotency-Key. So a repeated request finds the value that was set first.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from refunds.domain.errors import AlreadyExists, KeyReused, TenantNotFound
from refunds.domain.ids import base32
from refunds.domain.settings.parameter_checks import checked
from refunds.domain.settings.parameters import DEFINITIONS, ParameterValue, Resolved, definition
from refunds.domain.tenancy import Tenant
from refunds.ports.clock import Clock
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import REPLAYED, Answer, Call, Endpoint, Example, json_answer
from refunds.runtime.schema.decoding import BodyReader, in_query, read_query
from refunds.runtime.schema.fields import utc
from refunds.services.parameter_resolution.bodies import (
    EXAMPLE_DEFINITION,
    EXAMPLE_IN,
    EXAMPLE_RESOLVED,
    EXAMPLE_VALUE,
    ResolveQuery,
    SetValueBody,
    ValuesQuery,
    value_of,
)
from refunds.services.parameter_resolution.shapes import (
    DefinitionOut,
    DefinitionPageOut,
    ResolvedOut,
    ResolvedPageOut,
    ValueOut,
    ValuePageOut,
    definition_out,
    resolved_out,
    value_out,
)
from refunds.usecases.settings.config_cache import TenantConfigCache
from refunds.usecases.settings.set_parameter import SetParameter

VALUES_MAX = 100
_body = BodyReader(SetValueBody)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRoutes:
    """Handles the routes of parameters and their values."""

    config_cache: TenantConfigCache
    clock: Clock
    authorizer: Authorizer
    set_parameter: SetParameter

    async def definitions(self, _call: Call) -> Answer:
        """Handles GET /v1/parameters."""
        found = [definition_out(of) for of in DEFINITIONS.values()]
        return json_answer(DefinitionPageOut(data=found, next_cursor=None))

    async def definition(self, call: Call) -> Answer:
        """Handles GET /v1/parameters/{name}."""
        (name,) = call.path_values
        return json_answer(definition_out(definition(name)))

    async def resolve(self, call: Call) -> Answer:
        """Handles GET /v1/parameters/resolve."""
        query = read_query(ResolveQuery, call.query)
        tenant = await self._tenant(call, query.tenant_id)
        now = self.clock.now()
        with in_query():
            at = utc(query.at, "/at") if query.at is not None else now
        if query.name is None:
            found = [self._resolved_out(name, tenant, at, at == now) for name in DEFINITIONS]
            return json_answer(ResolvedPageOut(data=found, next_cursor=None))
        return json_answer(self._resolved_out(query.name, tenant, at, query.at is None))

    def _resolved_out(self, name: str, tenant: Tenant, at: datetime, is_now: bool) -> ResolvedOut:
        resolve = self.config_cache.resolve if is_now else self.config_cache.snapshot.resolve
        resolved = resolve(name, tenant.path, at)
        return resolved_out(resolved, tenant.id, at, self._kind_of(resolved))

    def _kind_of(self, resolved: Resolved) -> str:
        source = self.config_cache.tree.nodes.get(resolved.source)
        return "default" if source is None else source.kind.value

    async def _tenant(self, call: Call, tenant_id: str | None) -> Tenant:
        asked = tenant_id or call.principal.scope.node_id
        tenant = await self.config_cache.find_tenant(call.principal.scope, asked)
        if tenant is None:
            raise TenantNotFound(id=asked, pointer="/tenant_id")
        return tenant

    async def values(self, call: Call) -> Answer:
        """Handles GET /v1/parameters/{name}/values."""
        (name,) = call.path_values
        tenant = await self._tenant(call, read_query(ValuesQuery, call.query).tenant_id)
        found = self.config_cache.snapshot.values_at(name, tenant.id)[:VALUES_MAX]
        return json_answer(ValuePageOut(data=[value_out(value) for value in found], next_cursor=None))

    async def put(self, call: Call) -> Answer:
        """Handles PUT /v1/parameters/{name}/values."""
        (name,) = call.path_values
        body = await self._permitted(call, name)
        return json_answer(value_out(await self._set(call, name, body, "")), 201)

    async def post(self, call: Call) -> Answer:
        """Handles POST /v1/parameters/{name}/values."""
        (name,) = call.path_values
        key = call.idempotency_key()
        body = await self._permitted(call, name)
        value_id = _id_from(name, body.tenant_id, key)
        try:
            return json_answer(value_out(await self._set(call, name, body, value_id)), 201)
        except AlreadyExists:
            return json_answer(value_out(await self._earlier(name, body, value_id)), 201, REPLAYED)

    async def _permitted(self, call: Call, name: str) -> SetValueBody:
        definition(name)
        body = _body.read(call.body)
        tenant = await self._tenant(call, body.tenant_id)
        self.authorizer.check(call.principal, "set_parameter", tenant.kind)
        return body

    async def _set(self, call: Call, name: str, body: SetValueBody, value_id: str) -> ParameterValue:
        return await self.set_parameter(
            call.principal,
            name,
            body.tenant_id,
            value_of(body.value),
            utc(body.effective_from, "/effective_from") if body.effective_from else None,
            utc(body.expires_at, "/expires_at") if body.expires_at else None,
            value_id,
        )

    async def _earlier(self, name: str, body: SetValueBody, value_id: str) -> ParameterValue:
        """Returns the value that an earlier copy of this request set."""
        await self.config_cache.refresh()
        for value in self.config_cache.snapshot.values_at(name, body.tenant_id):
            if value.id == value_id and _is_same(value, name, body):
                return value
        raise KeyReused

    def endpoints(self) -> list[Endpoint]:
        """Returns the routes."""
        return [*self._reads(), *self._writes()]

    def _reads(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="GET",
                path="/v1/parameters",
                operation_id="listParameters",
                tag="parameters",
                summary="List all parameters with their definitions",
                handler=self.definitions,
                action="read_parameters",
                is_from_snapshot=True,
                response=DefinitionPageOut,
                response_example=DefinitionPageOut(data=[EXAMPLE_DEFINITION], next_cursor=None),
            ),
            Endpoint(
                method="GET",
                path="/v1/parameters/resolve",
                operation_id="resolveParameters",
                tag="parameters",
                summary="Read the values in force for a tenant, with their sources",
                description="With `name`, the answer has this parameter only; without it, a list of all parameters.",
                handler=self.resolve,
                action="read_parameters",
                is_from_snapshot=True,
                query=ResolveQuery,
                response=ResolvedOut,
                or_response=ResolvedPageOut,
                problems=("parameter_not_found", "tenant_not_found", "invalid_query"),
                response_example=EXAMPLE_RESOLVED,
            ),
            Endpoint(
                method="GET",
                path="/v1/parameters/{name}",
                operation_id="getParameter",
                tag="parameters",
                summary="Read the definition of a parameter",
                handler=self.definition,
                action="read_parameters",
                is_from_snapshot=True,
                response=DefinitionOut,
                problems=("parameter_not_found",),
                response_example=EXAMPLE_DEFINITION,
            ),
            Endpoint(
                method="GET",
                path="/v1/parameters/{name}/values",
                operation_id="listParameterValues",
                tag="parameters",
                summary="Read all values of a parameter that were ever set for a tenant",
                handler=self.values,
                action="read_parameters",
                is_from_snapshot=True,
                query=ValuesQuery,
                response=ValuePageOut,
                problems=("parameter_not_found", "tenant_not_found"),
                response_example=ValuePageOut(data=[EXAMPLE_VALUE], next_cursor=None),
            ),
        ]

    def _writes(self) -> list[Endpoint]:
        problems = (
            "parameter_not_found",
            "tenant_not_found",
            "value_out_of_range",
            "not_overridable",
            "insufficient_user_authentication",
        )
        return [
            Endpoint(
                method=method,
                path="/v1/parameters/{name}/values",
                operation_id=operation_id,
                tag="parameters",
                summary="Set a parameter for a tenant",
                description=(
                    "A new value replaces the earlier values from its `effective_from` on. Stored values never change."
                ),
                handler=handler,
                action="set_parameter",
                status=201,
                request=SetValueBody,
                response=ValueOut,
                needs_key=method == "POST",
                problems=(*problems, "idempotency_key_reused") if method == "POST" else problems,
                request_examples=(Example(summary="90 days for one merchant", value=EXAMPLE_IN),),
                response_example=EXAMPLE_VALUE,
            )
            for method, operation_id, handler in (
                ("POST", "addParameterValue", self.post),
                ("PUT", "setParameterValue", self.put),
            )
        ]


def _is_same(value: ParameterValue, name: str, body: SetValueBody) -> bool:
    return (
        value.value == checked(definition(name), value_of(body.value))
        and (not body.effective_from or value.effective_from == utc(body.effective_from, "/effective_from"))
        and value.expires_at == (utc(body.expires_at, "/expires_at") if body.expires_at else None)
    )


def _id_from(name: str, tenant_id: str, key: str) -> str:
    digest = blake2b(f"{name}\n{tenant_id}\n{key}".encode(), digest_size=15).digest()
    return f"prv_{base32(int.from_bytes(digest), 24)}"
