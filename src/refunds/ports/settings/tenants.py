"""The stored tree of tenants."""

from typing import Protocol

from refunds.domain.settings.unreadable_settings import Loaded, UnreadableTenant
from refunds.domain.tenancy import Scope, Tenant


class TenantStore(Protocol):
    """The stored tenants; the services read them from a snapshot in process (`usecases.settings.config_cache`)."""

    async def version(self) -> int:
        """Returns a number that grows with every change."""
        ...

    async def load_all(self) -> Loaded[Tenant, UnreadableTenant]:
        """Returns all tenants, for a snapshot. Raises StoreUnavailable."""
        ...

    async def add(self, scope: Scope, tenant: Tenant) -> None:
        """Stores a new tenant below the scope. Raises AlreadyExists if the id is used."""
        ...
