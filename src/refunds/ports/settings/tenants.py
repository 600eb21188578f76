"""The stored tree of tenants."""

from typing import Protocol

from refunds.domain.settings.unreadable_settings import Loaded, UnreadableTenant
from refunds.domain.tenancy import Scope, Tenant


class TenantStore(Protocol):
    """Tenants; the services read a snapshot of them in process (`usecases.settings.config_cache`)."""

    async def version(self) -> int:
        """Grows with every change."""
        ...

    async def load_all(self) -> Loaded[Tenant, UnreadableTenant]:
        """All tenants, for a snapshot. StoreUnavailable."""
        ...

    async def add(self, scope: Scope, tenant: Tenant) -> None:
        """Stores a new tenant below the scope; AlreadyExists for its id."""
        ...
