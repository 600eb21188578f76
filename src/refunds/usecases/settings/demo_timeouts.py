"""Sets short waiting times for the platform in demonstrations (`refunds up --sample`), and restores them afterwards.

Called once at each start. It never changes a value that somebody else has set.
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
        """Sets the short times, unless somebody has set other values for the platform."""
        for name, value in SHORT.items():
            found = self._present(name)
            if found.value != value and (found.source == "default" or found.set_by == SETTER.id):
                await self.set_parameter(SETTER, name, PLATFORM, value)

    async def restore(self) -> None:
        """Sets the values of an earlier `shorten` back to their defaults."""
        for name in SHORT:
            found, usual = self._present(name), definition(name).default
            if found.set_by == SETTER.id and found.value != usual:
                await self.set_parameter(SETTER, name, PLATFORM, usual)

    def _present(self, name: str) -> Resolved:
        return self.config_cache.resolve(name, ROOT.path, self.clock.now())
