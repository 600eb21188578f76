"""Stores the tree of tenants in the simulated database. It implements `ports.settings.tenants`."""

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import DIRECT, Line
from refunds.adapters.memory.settings.settings_store import SettingsTable
from refunds.domain.errors import AlreadyExists, TenantNotFound
from refunds.domain.settings.unreadable_settings import Loaded, UnreadableTenant
from refunds.domain.tenancy import PLATFORM, Scope, Tenant
from refunds.usecases.audit.audit_codec import tenant_entry


class MemoryTenants:
    """See `ports.settings.tenants`."""

    def __init__(self, database: MemoryDatabase | None = None, line: Line = DIRECT) -> None:
        self._table = SettingsTable(Client(database or MemoryDatabase(), line), "tenants")

    async def version(self) -> int:
        """See the port."""
        return await self._table.version()

    async def load_all(self) -> Loaded[Tenant, UnreadableTenant]:
        """See the port."""
        return Loaded(readable=await self._table.load_all())

    async def add(self, scope: Scope, tenant: Tenant) -> None:
        """See the port."""
        if not scope.covers(tenant.path[:-1]):
            raise TenantNotFound(id=tenant.parent_id, pointer="/parent_id")
        if tenant.id == PLATFORM:
            raise AlreadyExists(kind="tenant")
        await self._table.add(tenant.id, tenant, tenant_entry(tenant), "tenant")
