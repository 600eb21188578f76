"""What one process sets is in force in the others as soon as they hear, long before they would look by themselves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from refunds.domain.tenancy import ALL_TENANTS, PLATFORM, Principal, Role, TenantKind
from refunds.kit.config import Secret
from refunds.runtime.process import process_runner
from refunds.runtime.process.container import Parts, open_parts
from refunds.runtime.process.settings import ServiceSettings
from refunds.usecases.settings.add_tenant import AddTenant
from refunds.usecases.settings.set_parameter import SetParameter

PATIENCE_S = 20.0
NEVER_S = 86_400.0
ADMIN = Principal(id="usr_admin", role=Role.PLATFORM_ADMIN, scope=ALL_TENANTS)
DAYS = "refund_window_days"


@pytest.fixture
async def processes(
    mongodb_uri: str, mongodb_database: str, redis_uri: str, database: AsyncDatabase[Any]
) -> AsyncIterator[tuple[Parts, Parts]]:
    """The parts of two processes, of which the second listens and never looks by itself again."""
    settings = ServiceSettings(
        mongodb_uri=Secret(mongodb_uri),
        mongodb_database=database.name,
        redis_uri=Secret(redis_uri),
        snapshot_pause_s=NEVER_S,
    )
    stop = asyncio.Event()
    async with AsyncExitStack() as held:
        sets, hears = await open_parts(settings, "sets"), await open_parts(settings, "hears")
        held.push_async_callback(sets.close)
        held.push_async_callback(hears.close)
        held.push_async_callback(partial(hears.client.drop_database, mongodb_database))
        loops = [
            asyncio.ensure_future(loop(stop))
            for loop in process_runner._loops(hears, [], process_runner._issuer(settings))
        ]
        held.push_async_callback(partial(asyncio.wait, loops))
        held.callback(stop.set)
        yield sets, hears


async def test_tenant_and_parameter_of_another_process_are_known_by_invalidation(
    processes: tuple[Parts, Parts],
) -> None:
    sets, hears = processes
    add = AddTenant(tenants=sets.tenants, config_cache=sets.config_cache, clock=sets.clock, ids=sets.ids)
    set_parameter = SetParameter(
        parameters=sets.parameters, config_cache=sets.config_cache, clock=sets.clock, ids=sets.ids
    )

    async with asyncio.timeout(PATIENCE_S):
        while not hears.config_cache.tree.nodes.keys() - {PLATFORM}:
            await add(ADMIN, TenantKind.BANK, PLATFORM, "A bank")
        bank = max(hears.config_cache.tree.nodes.keys() - {PLATFORM})
        await set_parameter(ADMIN, DAYS, bank, 42)
        while hears.config_cache.resolve(DAYS, (PLATFORM, bank), hears.clock.now()).value != 42:
            await asyncio.sleep(0.01)

    assert hears.config_cache.resolve(DAYS, (PLATFORM, bank), hears.clock.now()).source == bank
