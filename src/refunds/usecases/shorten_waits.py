"""Sets short waiting times at the platform, for demonstrations (`refunds up --sample`). Called once at a start.

Leaves alone what anybody has set before.
"""

from dataclasses import dataclass

from refunds.domain.parameters import Value
from refunds.domain.tenancy import EVERYTHING, PLATFORM, ROOT, Principal, Role
from refunds.ports.clock import Clock
from refunds.usecases.cabinet import Cabinet
from refunds.usecases.set_parameter import SetParameter

SHORT: dict[str, Value] = {
    "gateway_lease_s": 5,
    "gateway_status_ask_delay_s": 1,
    "gateway_pending_ask_delay_s": 2,
    "gateway_rate_limit_delay_s": 1,
    "gateway_retry_delays_s": (1, 1, 2, 2, 3),
}

SETTER = Principal(id="system:sample", role=Role.PLATFORM_ADMIN, scope=EVERYTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortenWaits:
    """The use case with what it needs."""

    cabinet: Cabinet
    set_parameter: SetParameter
    clock: Clock

    async def __call__(self) -> None:
        """Sets what has no value at the platform yet."""
        for name, value in SHORT.items():
            if self.cabinet.resolve(name, ROOT.path, self.clock.now()).source == "default":
                await self.set_parameter(SETTER, name, PLATFORM, value)
