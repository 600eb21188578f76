"""Opens the parts that all services of a process share, such as the database, stores, caches and hints.

Every process calls this module once, at its start. The services then pass the parts to their use cases.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from redis.asyncio import Redis

from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.hints import LocalHints
from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.gateway.unread_webhooks import MongoUnreadWebhooks
from refunds.adapters.mongo.migrations.stored_version import check_schema
from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.adapters.redis.config_invalidation import RedisConfigInvalidations
from refunds.adapters.redis.hints import RedisHints
from refunds.kit.coalesced_call import CoalescedCall
from refunds.ports.audit.anchors import Anchors
from refunds.ports.clock import Clock
from refunds.ports.gateway.hints import Hints
from refunds.ports.gateway.unread_webhooks import UnreadWebhooks
from refunds.ports.ids import IdSource
from refunds.ports.projections.event_bus import EventBus
from refunds.ports.settings.config_invalidation import ConfigInvalidations
from refunds.runtime.process.registry import open_registry
from refunds.runtime.process.remote_parts import RemoteParts, noop
from refunds.runtime.process.settings import ServiceSettings
from refunds.usecases.settings.config_cache import TenantConfigCache

REDIS_HEALTH_CHECK_S = 10
"""Seconds between two checks of a connection to Redis. A check finds out whether the server still answers."""

RELOAD_PAUSE_S = 0.05
"""Seconds between two reloads for unknown tenants, so that requests with invented tenant ids cause little load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Holds the parts that one process has opened, such as database clients, stores and caches."""

    settings: ServiceSettings
    client: AsyncMongoClient[Any]
    updating_client: AsyncMongoClient[Any]
    database: AsyncDatabase[Any]
    payments: MongoPaymentStore
    tenants: MongoTenantStore
    parameters: MongoParameterStore
    config_cache: TenantConfigCache
    clock: Clock
    ids: IdSource
    hints: Hints
    new_token: Callable[[], str]
    registry: CollectorRegistry
    unread_webhooks: UnreadWebhooks
    config_invalidations: ConfigInvalidations | None = None
    event_bus: EventBus | None = None
    anchors: Anchors | None = None
    close_remote: Callable[[], Awaitable[None]] = noop

    async def ping(self) -> object:
        """Sends a ping to the database. Raises the driver's error if the database does not answer."""
        return await self.client.admin.command("ping")

    async def drain(self) -> None:
        """Waits until all accepted writes are stored."""
        await self.payments.drain()

    async def close(self) -> None:
        """Closes all parts. Call `drain` before, or else accepted writes that are not stored yet are lost."""
        await self.hints.close()
        if self.config_invalidations is not None:
            await self.config_invalidations.close()
        await self.close_remote()
        await self.updating_client.close()
        await self.client.close()


async def open_parts(settings: ServiceSettings, name: str) -> Parts:
    """Connects to the database, loads the caches and returns the parts.

    Raises SchemaUnfit if this release cannot run on the stored schema.
    """
    ids, clock = SystemIds(), SystemClock()
    client, updating_client = _connect(settings, name), _connect(settings, name, retries_writes=False)
    database = open_database(client, settings.mongodb_database)
    await check_schema(database)
    tenants, parameters = MongoTenantStore(database), MongoParameterStore(database)
    config_cache = TenantConfigCache(parameters=parameters, tenants=tenants)
    config_cache.reload = CoalescedCall(call=config_cache.refresh, pause_s=RELOAD_PAUSE_S)
    await config_cache.refresh()
    config_invalidations = RedisConfigInvalidations(_redis(settings)) if settings.redis_uri else None
    config_cache.announce = config_invalidations.publish if config_invalidations else None
    remote = await _open_remote(settings, clock)
    payments = MongoPaymentStore(
        database,
        ids.write_token,
        CommitLimits(waiting_max=settings.writes_waiting_max),
        updates=open_database(updating_client, settings.mongodb_database),
    )
    return Parts(
        settings=settings,
        client=client,
        updating_client=updating_client,
        database=database,
        payments=payments,
        tenants=tenants,
        parameters=parameters,
        config_cache=config_cache,
        clock=clock,
        ids=ids,
        hints=remote.hints or _hints(settings),
        event_bus=remote.event_bus,
        anchors=remote.anchors,
        close_remote=remote.close,
        new_token=ids.write_token,
        registry=open_registry(
            stuck_count=lambda: payments.stuck_count,
            unreadable_count=lambda: len(config_cache.unreadable),
        ),
        unread_webhooks=MongoUnreadWebhooks(database),
        config_invalidations=config_invalidations,
    )


def _connect(settings: ServiceSettings, name: str, *, retries_writes: bool = True) -> AsyncMongoClient[Any]:
    return connect(
        settings.mongodb_uri,
        timeout_s=settings.store_timeout_s,
        connections_max=settings.store_connections_max,
        application=name,
        retries_writes=retries_writes,
    )


def _hints(settings: ServiceSettings) -> Hints:
    if settings.hints == "memory":
        return LocalHints()
    return RedisHints(_redis(settings))


def _redis(settings: ServiceSettings) -> Redis:
    """Returns a new Redis client. The parts cannot share a client, because each part closes its client."""
    return Redis.from_url(
        settings.redis_uri,
        socket_connect_timeout=1.0,
        socket_timeout=5.0,
        socket_keepalive=True,
        health_check_interval=REDIS_HEALTH_CHECK_S,
    )


async def _open_remote(settings: ServiceSettings, clock: Clock) -> RemoteParts:
    """Opens the configured parts on AWS.

    The AWS library takes half a second and 50 MB, so it is loaded only if a part needs it.
    """
    if not settings.needs_aws:
        return RemoteParts()
    from refunds.runtime.process.aws_parts import open_aws  # noqa: PLC0415

    return await open_aws(settings, clock)
