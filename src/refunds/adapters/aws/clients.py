"""The AWS clients of one process: one session; each call has a time limit and a maximum of repeats.

Opened by the runtime at the start. Credentials come from AWS's own sources (the task's role or the environment), and an
emulator's address from AWS's variable AWS_ENDPOINT_URL; neither is a setting of this product.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aiobotocore.client import AioBaseClient
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession, get_session
from botocore.exceptions import BotoCoreError, ClientError

AWAY_ERRORS: tuple[type[Exception], ...] = (ClientError, BotoCoreError, OSError)
"""Errors of calls that AWS refused, or did not answer in time, or that did not reach AWS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsBounds:
    """Region and limits of calls. `tries_max` counts the first call of an operation; pauses between repeats grow."""

    region: str
    connect_timeout_s: float = 2.0
    read_timeout_s: float = 5.0
    tries_max: int = 3
    connections_max: int = 32


@dataclass(slots=True)
class AwsClients:
    """Opens clients and closes all of them together."""

    bounds: AwsBounds
    _session: AioSession = field(default_factory=get_session)
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def open(self, service: str, *, waits_s: float = 0.0) -> AioBaseClient:
        """Opens and returns a client of `service` (AWS's name).

        `waits_s` is added to the read timeout, for calls that wait on purpose.
        """
        bounds = self.bounds
        config = AioConfig(
            connect_timeout=bounds.connect_timeout_s,
            read_timeout=bounds.read_timeout_s + waits_s,
            retries={"total_max_attempts": bounds.tries_max, "mode": "standard"},
            max_pool_connections=bounds.connections_max,
        )
        creating = self._session.create_client(service, region_name=bounds.region, config=config)
        return await self._opened.enter_async_context(creating)

    async def close(self) -> None:
        """Closes all connections."""
        await self._opened.aclose()
