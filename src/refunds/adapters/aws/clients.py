"""Holds the AWS clients of one process. All clients use one session.

Each call has a time limit and a maximum number of tries. The runtime opens the clients when the process starts.

The AWS library finds credentials in the task's role or in the environment. The address of an emulator comes from AWS's
variable `AWS_ENDPOINT_URL`. So this product has no settings for credentials or this address.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aiobotocore.client import AioBaseClient
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession, get_session
from botocore.exceptions import BotoCoreError, ClientError

AWAY_ERRORS: tuple[type[Exception], ...] = (ClientError, BotoCoreError, OSError)
"""Errors that a call raises if AWS refused it, did not answer in time, or could not be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsBounds:
    """The AWS region and the limits of calls.

    `tries_max` includes the first call of an operation. The pauses between repeats grow.
    """

    region: str
    connect_timeout_s: float = 2.0
    read_timeout_s: float = 5.0
    tries_max: int = 3
    connections_max: int = 32


@dataclass(slots=True)
class AwsClients:
    """Opens AWS clients. `close` closes all of them."""

    bounds: AwsBounds
    _session: AioSession = field(default_factory=get_session)
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def open(self, service: str, *, waits_s: float = 0.0) -> AioBaseClient:
        """Opens and returns a client of one AWS service. `service` is AWS's name of the service, such as `sqs`.

        `waits_s` is added to the read timeout, because some calls wait on purpose until a message arrives.
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
