"""Sets short waiting times for demonstrations (`refunds up --sample`), and restores the defaults afterwards.

parameter-resolution uses this module once at each start. The times are set for the platform. A value that somebody else
has set is never changed.
"""

from dataclasses import dataclass

from refunds.domain.settings.parameters import Resolved, Value, definition
from refunds.domain.tenancy import ALL_TENANTS, PLATFORM, ROOT, Principal, Role
from refunds.ports.clock import Clock
from refunds.usecases.settings.config_cache import TenantConfigCache
from refunds.usecases.settings.set_parameter import SetParameter

SHORT: dict[str, Value] = {
    "gateway_lease_s": 15,
    "gateway_status_ask_delay_s": 1,
    "gateway_pending_ask_delay_s": 2,
    "gateway_rate_limit_delay_s": 1,
    "gateway_retry_delays_s": (1, 1, 2, 2, 3),
}

SETTER = Principal(id="system:sample", role=Role.PLATFORM_ADMIN, scope=ALL_TENANTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleWaits:
    """The use case with its dependencies."""

    config_cache: TenantConfigCache
    set_parameter: SetParameter
    clock: Clock

    async def shorten(self) -> None:
        """Sets the short times on the platform. A value that somebody else has set stays as it is."""
        for name, value in SHORT.items():
            found = self._present(name)
            if found.value != value and (found.source == "default" or found.set_by == SETTER.id):
                await self.set_parameter(SETTER, name, PLATFORM, value)

    async def restore(self) -> None:
        """Restores the default of each value that an earlier `shorten` has set."""
        for name in SHORT:
            found, usual = self._present(name), definition(name).default
            if found.set_by == SETTER.id and found.value != usual:
                await self.set_parameter(SETTER, name, PLATFORM, usual)

    def _present(self, name: str) -> Resolved:
        return self.config_cache.resolve(name, ROOT.path, self.clock.now())
