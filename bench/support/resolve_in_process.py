"""Measures `TenantConfigCache.resolve` and `.limits` in process, without I/O.

The tree has 40 merchants, and values are set at every level.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from bench.measure.result import Measurement
from refunds.adapters.local.clock import SystemClock
from refunds.domain.settings.parameters import DEFINITIONS, ParameterValue
from refunds.domain.settings.unreadable_settings import Loaded, UnreadableTenant, UnreadableValue
from refunds.domain.tenancy import PLATFORM, Scope, Tenant, TenantKind
from refunds.usecases.settings.config_cache import TenantConfigCache

MERCHANTS = 40
ROUNDS = 200
BATCHES = 5


@dataclass(frozen=True, slots=True)
class FixedTenants:
    """A tenant store that never changes."""

    tenants: Sequence[Tenant]

    async def version(self) -> int:
        """See the port."""
        return 1

    async def load_all(self) -> Loaded[Tenant, UnreadableTenant]:
        """See the port."""
        return Loaded(readable=self.tenants)

    async def add(self, scope: Scope, tenant: Tenant) -> None:
        """Raises NotImplementedError, because the measurement only reads."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class FixedParameters:
    """A parameter store that never changes."""

    values: Sequence[ParameterValue]

    async def version(self) -> int:
        """See the port."""
        return 1

    async def load_all(self) -> Loaded[ParameterValue, UnreadableValue]:
        """See the port."""
        return Loaded(readable=self.values)

    async def add(self, scope: Scope, value: ParameterValue) -> None:
        """Raises NotImplementedError, because the measurement only reads."""
        raise NotImplementedError


def in_process() -> Measurement:
    """Measures the resolution in process. Returns the best result of several batches."""
    config_cache, paths = asyncio.run(_config_cache())
    now = SystemClock().now()
    names = list(DEFINITIONS)
    wanted = [(name, path) for path in paths for name in names]

    def remembered() -> None:
        for name, path in wanted:
            config_cache.resolve(name, path, now)

    def fresh() -> None:
        for name, path in wanted:
            config_cache.snapshot.resolve(name, path, now)

    def limits() -> None:
        for path in paths * len(names):
            config_cache.limits(path, now)

    remembered_us = _best_us(remembered, len(wanted))
    return Measurement(
        name="resolve_in_process",
        what="TenantConfigCache.resolve, 13 parameters of 40 merchants, values at every level",
        operations=len(wanted) * ROUNDS,
        ops_per_s=round(1e6 / remembered_us, 1),
        figures={
            "resolve_us": round(remembered_us, 3),
            "resolve_fresh_us": round(_best_us(fresh, len(wanted)), 3),
            "limits_us": round(_best_us(limits, len(wanted)), 3),
        },
    )


def _best_us(once: Callable[[], None], calls: int) -> float:
    times = []
    for _ in range(BATCHES):
        began_s = perf_counter()
        for _ in range(ROUNDS // BATCHES):
            once()
        times.append((perf_counter() - began_s) / (calls * (ROUNDS // BATCHES)) * 1e6)
    return min(times)


async def _config_cache() -> tuple[TenantConfigCache, list[tuple[str, ...]]]:
    tenants = [
        _tenant("bank", TenantKind.BANK, ()),
        _tenant("program", TenantKind.PROGRAM, ("bank",)),
        _tenant("organization", TenantKind.ORGANIZATION, ("bank", "program")),
    ]
    above = ("bank", "program", "organization")
    merchants = [_tenant(f"m{n}", TenantKind.MERCHANT, above) for n in range(MERCHANTS)]
    levels = ("platform", *above, *(m.id for m in merchants[::4]))
    values = [_value(number, level) for number, level in enumerate(levels)]
    config_cache = TenantConfigCache(parameters=FixedParameters(values), tenants=FixedTenants([*tenants, *merchants]))
    await config_cache.refresh()
    return config_cache, [m.path for m in merchants]


def _tenant(tenant_id: str, kind: TenantKind, above: tuple[str, ...]) -> Tenant:
    path = (PLATFORM, *above, tenant_id)
    return Tenant(id=tenant_id, kind=kind, parent_id=path[-2], name=tenant_id, path=path)


def _value(number: int, tenant_id: str) -> ParameterValue:
    set_at = SystemClock().now() - timedelta(hours=1)
    return ParameterValue(
        id=f"prv_{number}",
        name="refund_window_days",
        tenant_id=tenant_id,
        value=90 + number,
        effective_from=set_at,
        expires_at=None,
        set_by="bench",
        set_at=set_at,
    )
