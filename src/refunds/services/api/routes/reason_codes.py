"""Handles the route that lists the reason codes for refunds of a tenant.

The answer comes from this process's cache of tenants' configuration.
"""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta, Struct

from refunds.domain.errors import TenantNotFound
from refunds.domain.settings.reason_codes import MADE_AT_GATEWAY, REASON_CODES
from refunds.domain.tenancy import Principal, Tenant
from refunds.ports.clock import Clock
from refunds.runtime.http.endpoint import Answer, Call, Endpoint, json_answer
from refunds.runtime.schema.decoding import read_query
from refunds.runtime.schema.fields import TenantId
from refunds.services.api.response_models import KnownReasonOut, KnownReasonPageOut
from refunds.texts.api.reason_codes import REASON_CODE_TEXTS
from refunds.usecases.settings.config_cache import TenantConfigCache

OF_THE_PRODUCT = "product"


class ReasonCodeQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Selects the tenant whose reason codes are listed. The default is the caller's own tenant."""

    tenant_id: (
        Annotated[
            TenantId,
            Meta(description="The tenant whose reason codes are listed; without it, the caller's own tenant."),
        ]
        | None
    ) = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCodeRoutes:
    """Handles the route of the reason codes."""

    config_cache: TenantConfigCache
    clock: Clock

    async def reason_codes(self, call: Call) -> Answer:
        """Handles GET /v1/reason-codes."""
        tenant = await self._tenant(call.principal, read_query(ReasonCodeQuery, call.query).tenant_id)
        resolved = self.config_cache.resolve("reason_codes_added", tenant.path, self.clock.now())
        added = resolved.value if isinstance(resolved.value, tuple) else ()
        shown = [*_OWN, *(_added(str(code), resolved.source) for code in added if code not in _NOT_ADDED)]
        return json_answer(KnownReasonPageOut(data=shown, next_cursor=None))

    async def _tenant(self, principal: Principal, tenant_id: str | None) -> Tenant:
        asked = tenant_id or principal.scope.node_id
        tenant = await self.config_cache.find_tenant(principal.scope, asked)
        if tenant is None:
            raise TenantNotFound(id=asked, pointer="/tenant_id")
        return tenant

    def endpoints(self) -> list[Endpoint]:
        """Returns the route."""
        return [
            Endpoint(
                method="GET",
                path="/v1/reason-codes",
                operation_id="listReasonCodes",
                tag="refunds",
                summary="List the reason codes that refunds may have",
                description="The product's own codes, then the codes that the parameter `reason_codes_added` adds "
                "for the tenant. `source` is the tenant that added a code. Old refunds may have codes that are no "
                "longer in the list.",
                handler=self.reason_codes,
                action="read_refunds",
                is_from_snapshot=True,
                query=ReasonCodeQuery,
                response=KnownReasonPageOut,
                problems=("invalid_query", "tenant_not_found"),
                response_example=KnownReasonPageOut(data=[_OWN[0], _EXAMPLE], next_cursor=None),
            )
        ]


def _added(code: str, source: str) -> KnownReasonOut:
    return KnownReasonOut(code=code, meaning=None, source=source)


_NOT_ADDED = frozenset({*REASON_CODES, MADE_AT_GATEWAY})
_OWN = [KnownReasonOut(code=code, meaning=REASON_CODE_TEXTS[code], source=OF_THE_PRODUCT) for code in REASON_CODES]
_EXAMPLE = _added("damaged_in_transit", "org_01")
