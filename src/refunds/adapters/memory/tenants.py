"""The tree of tenants in memory: the double of the real store."""

from collections.abc import Sequence

from refunds.domain.errors import AlreadyExists, TenantNotFound
from refunds.domain.tenancy import PLATFORM, Scope, Tenant


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

    async def add(self, scope: Scope, tenant: Tenant) -> None:
        """Stores a new tenant below the scope."""
        if not scope.covers(tenant.path[:-1]):
            raise TenantNotFound(id=tenant.parent_id, pointer="/parent_id")
        if tenant.id in self._tenants or tenant.id == PLATFORM:
            raise AlreadyExists(kind="tenant")
        self._tenants[tenant.id] = tenant
