"""The tree of tenants in memory: the double of the real store."""

from collections.abc import Sequence

from refunds.domain.errors import AlreadyExists, TenantNotFound
from refunds.domain.tenancy import PLATFORM, ROOT, Scope, Tenant


class MemoryTenants:
    """Tenants by id."""

    def __init__(self) -> None:
        self._tenants: dict[str, Tenant] = {}

    async def version(self) -> int:
        """How many tenants were ever added."""
        return len(self._tenants)

    async def load_all(self) -> Sequence[Tenant]:
        """All tenants."""
        return tuple(self._tenants.values())

    def path(self, tenant_id: str) -> tuple[str, ...]:
        """Where a tenant hangs; empty where there is none."""
        tenant = ROOT if tenant_id == PLATFORM else self._tenants.get(tenant_id)
        return () if tenant is None else tenant.path

    async def add(self, scope: Scope, tenant: Tenant) -> None:
        """Stores a new tenant below the scope."""
        if not scope.covers(tenant.path[:-1]):
            raise TenantNotFound(id=tenant.parent_id, pointer="/parent_id")
        if tenant.id in self._tenants or tenant.id == PLATFORM:
            raise AlreadyExists(kind="tenant")
        self._tenants[tenant.id] = tenant
