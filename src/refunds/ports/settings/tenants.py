"""Stores the tree of tenants."""

from typing import Protocol

from refunds.domain.settings.unreadable_settings import Loaded, UnreadableTenant
from refunds.domain.tenancy import Scope, Tenant


class TenantStore(Protocol):
    """Stores the tenants.

    The services do not read this store for each request. They read a snapshot of it in their own process
    (`usecases.settings.config_cache`).
    """

    async def version(self) -> int:
        """Returns the version of the stored tenants, which grows with every change."""
        ...

    async def load_all(self) -> Loaded[Tenant, UnreadableTenant]:
        """Returns all tenants, from which a snapshot is built. Raises StoreUnavailable."""
        ...

    async def add(self, scope: Scope, tenant: Tenant) -> None:
        """Stores a new tenant below the scope. Raises AlreadyExists if a tenant with this id is stored."""
        ...
