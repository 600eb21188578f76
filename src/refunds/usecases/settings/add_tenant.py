"""Adds a bank, program, organization or merchant to the tree. The api calls this use case."""

from dataclasses import dataclass

from refunds.domain.errors import TenantNotFound
from refunds.domain.invalid_input import WrongParent
from refunds.domain.tenancy import PARENT_KIND, Principal, Tenant, TenantKind
from refunds.ports.clock import Clock
from refunds.ports.ids import IdSource
from refunds.ports.settings.tenants import TenantStore
from refunds.usecases.settings.config_cache import TenantConfigCache

PREFIX: dict[TenantKind, str] = {
    TenantKind.BANK: "bnk",
    TenantKind.PROGRAM: "prg",
    TenantKind.ORGANIZATION: "org",
    TenantKind.MERCHANT: "mer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTenant:
    """The use case with its dependencies."""

    tenants: TenantStore
    config_cache: TenantConfigCache
    clock: Clock
    ids: IdSource

    async def __call__(
        self, principal: Principal, kind: TenantKind, parent_id: str, name: str, tenant_id: str = ""
    ) -> Tenant:
        """Stores the tenant and returns it. Raises TenantNotFound, WrongParent or AlreadyExists.

        TenantNotFound means that the parent does not exist in the caller's scope.
        """
        parent = await self.config_cache.find_tenant(principal.scope, parent_id)
        if parent is None:
            raise TenantNotFound(id=parent_id, pointer="/parent_id")
        if PARENT_KIND[kind] is not parent.kind:
            raise WrongParent(kind=kind, wanted=PARENT_KIND[kind], found=parent.kind)
        new_id = tenant_id or self.ids.new(PREFIX[kind])
        tenant = Tenant(
            id=new_id,
            kind=kind,
            parent_id=parent.id,
            name=name,
            path=(*parent.path, new_id),
            added_by=principal.id,
            added_at=self.clock.now(),
        )
        await self.tenants.add(principal.scope, tenant)
        await self.config_cache.publish()
        return tenant
