"""The open parts of one process of the simulation: clients of the servers over its own lines, its clock and its ids."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from refunds.adapters.memory.announcements import MemoryAnnouncements
from refunds.adapters.memory.hints import MemoryHints
from refunds.adapters.memory.parameters import MemoryParameters
from refunds.adapters.memory.payments import MemoryPayments
from refunds.adapters.memory.tenants import MemoryTenants
from refunds.kit.shared_call import SharedCall
from refunds.runtime.workers import repeat
from refunds.usecases.cabinet import Cabinet
from refunds_simulation import pauses
from refunds_simulation.chance import stream
from refunds_simulation.host import Host, HostClock, HostIds, Loop
from refunds_simulation.line import SimLine
from refunds_simulation.servers import Servers

OPEN_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a process holds in memory while it runs."""

    host: Host[Any]
    servers: Servers
    line: SimLine
    clock: HostClock
    ids: HostIds
    chance: Random
    payments: MemoryPayments
    tenants: MemoryTenants
    parameters: MemoryParameters
    cabinet: Cabinet
    hints: MemoryHints
    announcements: MemoryAnnouncements

    def seconds(self) -> float:
        """The process's monotonic clock."""
        return self.host.loop.time()

    async def refresh(self, stop: asyncio.Event) -> None:
        """As every process of the product does: looks whether tenants or parameters have changed."""

        async def step() -> bool:
            await self.cabinet.refresh()
            return False

        await repeat("cabinet.refresh", step, stop, pause_s=pauses.SNAPSHOT_S)

    async def listen(self, stop: asyncio.Event) -> None:
        """Looks at once where another process says that something has changed."""
        look_again = self.cabinet.look_again or self.cabinet.refresh

        async def step() -> bool:
            if await self.announcements.heard():
                await look_again()
            return True

        await repeat("announcements", step, stop, pause_s=pauses.SNAPSHOT_S)

    @property
    def loops(self) -> list[Loop]:
        """What every process runs beside its service."""
        return [self.refresh, self.listen]


async def open_parts(host: Host[Any], servers: Servers, seed: int) -> Parts:
    """Connects and loads the snapshots; a process that cannot is started again by its supervisor."""
    machine = host.machine
    if machine is None:
        raise RuntimeError(host.name)
    chance = stream(seed, f"{host.name}/{host.starts}")
    ids = HostIds(host.clock, chance)
    line = SimLine(machine, servers.mongo)
    tenants, parameters = MemoryTenants(servers.database, line), MemoryParameters(servers.database, line)
    announcements = MemoryAnnouncements(servers.channel, SimLine(machine, servers.redis), idle_s=pauses.HINTS_IDLE_S)
    cabinet = Cabinet(parameters=parameters, tenants=tenants)
    cabinet.look_again = SharedCall(call=cabinet.refresh, pause_s=0.05)
    cabinet.announce = announcements.tell
    await _opened(cabinet.refresh)
    return Parts(
        host=host,
        servers=servers,
        line=line,
        clock=host.clock,
        ids=ids,
        chance=chance,
        payments=MemoryPayments(servers.database, line, new_token=ids.token, chance=chance),
        tenants=tenants,
        parameters=parameters,
        cabinet=cabinet,
        hints=MemoryHints(servers.broker, SimLine(machine, servers.redis), idle_s=pauses.HINTS_IDLE_S),
        announcements=announcements,
    )


async def _opened(load: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await load()
        except Exception:  # noqa: BLE001 - the process ends, and is started again a moment later
            await asyncio.sleep(OPEN_AGAIN_S)
            continue
        return
