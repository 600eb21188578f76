"""The parts that a simulated process opens, such as connections to the servers, a clock and ids."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from refunds.adapters.memory.gateway.hints import MemoryHints
from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.adapters.memory.settings.config_invalidation import MemoryConfigInvalidations
from refunds.adapters.memory.settings.parameters import MemoryParameters
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.kit.coalesced_call import CoalescedCall
from refunds.runtime.loops.workers import repeat
from refunds.usecases.settings.config_cache import TenantConfigCache
from refunds_simulation.machine.chance import stream
from refunds_simulation.machine.host import Host, HostClock, HostIds, Loop
from refunds_simulation.machine.line import SimLine
from refunds_simulation.product import pauses
from refunds_simulation.product.servers import Servers

OPEN_AGAIN_S = 1.0

USUAL = CommitLimits(short_flight_s=0)
"""Limits that let two batches run at the same time. The product starts a second batch only if the first is slow."""

SMALL = CommitLimits(
    short_flight_s=0,
    payments_per_batch_max=4,
    commands_per_payment_max=3,
    commands_per_batch_max=8,
    waiting_max=8,
    cached_payments_max=12,
    cached_refunds_max=8,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Holds what a process has in memory while it runs."""

    host: Host[Any]
    servers: Servers
    line: SimLine
    clock: HostClock
    ids: HostIds
    seeded_random: Random
    payments: MemoryPayments
    tenants: MemoryTenants
    parameters: MemoryParameters
    config_cache: TenantConfigCache
    hints: MemoryHints
    config_invalidations: MemoryConfigInvalidations

    def seconds(self) -> float:
        """Returns the seconds of the process's monotonic clock."""
        return self.host.loop.time()

    async def refresh(self, stop: asyncio.Event) -> None:
        """Polls for changes of tenants and parameters until `stop` is set, as every process of the product does."""

        async def step() -> bool:
            await self.config_cache.refresh()
            return False

        await repeat("config.refresh", step, stop, pause_s=pauses.SNAPSHOT_S)

    async def listen(self, stop: asyncio.Event) -> None:
        """Waits for announced changes of tenants and parameters, and reloads the cache at once."""
        reload = self.config_cache.reload or self.config_cache.refresh

        async def step() -> bool:
            if await self.config_invalidations.wait():
                await reload()
            return True

        await repeat("announcements", step, stop, pause_s=pauses.SNAPSHOT_S)

    @property
    def loops(self) -> list[Loop]:
        """Returns the loops that every process runs in addition to those of its service."""
        return [self.refresh, self.listen]


async def open_parts(host: Host[Any], servers: Servers, seed: int) -> Parts:
    """Connects the process and loads the tenants and parameters. Repeats the loading until it succeeds."""
    machine = host.machine
    if machine is None:
        raise RuntimeError(host.name)
    seeded_random = stream(seed, f"{host.name}/{host.starts}")
    ids = HostIds(host.clock, seeded_random)
    line = SimLine(machine, servers.mongo)
    tenants, parameters = MemoryTenants(servers.database, line), MemoryParameters(servers.database, line)
    config_invalidations = MemoryConfigInvalidations(
        servers.channel, SimLine(machine, servers.redis), idle_s=pauses.HINTS_IDLE_S
    )
    config_cache = TenantConfigCache(parameters=parameters, tenants=tenants)
    config_cache.reload = CoalescedCall(call=config_cache.refresh, pause_s=0.05)
    config_cache.announce = config_invalidations.publish
    await _opened(config_cache.refresh)
    payments = MemoryPayments(
        servers.database, line, new_token=ids.token, seeded_random=seeded_random, limits=_limits_of(host)
    )
    host.drain = payments.drain
    return Parts(
        host=host,
        servers=servers,
        line=line,
        clock=host.clock,
        ids=ids,
        seeded_random=seeded_random,
        payments=payments,
        tenants=tenants,
        parameters=parameters,
        config_cache=config_cache,
        hints=MemoryHints(servers.broker, SimLine(machine, servers.redis), idle_s=pauses.HINTS_IDLE_S),
        config_invalidations=config_invalidations,
    )


def has_small_bounds(host: Host[Any]) -> bool:
    """Returns whether the process has small limits, which are reached in a simulation.

    One process of each kind has small limits. The other processes have the product's limits.
    """
    return host.name.endswith("2")


def _limits_of(host: Host[Any]) -> CommitLimits:
    return SMALL if has_small_bounds(host) else USUAL


async def _opened(load: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await load()
        except Exception:  # noqa: BLE001 - the process ends, and is started again a moment later
            await asyncio.sleep(OPEN_AGAIN_S)
            continue
        return
