"""Announcements over Redis's publish and subscribe: heard by every process that listens, kept by nobody.

In cluster mode any node takes them and passes them to all others. While Redis is away they are dropped.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from refunds.kit.lossy_batcher import LossyBatcher

CHANNEL = "snapshots:changed"
BUFFER_MAX = 1
"""One word waiting says all that ten would."""

HEARD_MAX = 1_000
AWAY_WAIT_S = 0.5


class RedisConfigInvalidations:
    """See `ports.settings.config_invalidation`."""

    def __init__(self, redis: Redis, *, idle_s: float = 1.0) -> None:
        self._redis = redis
        self._idle_s = idle_s
        self._ears: Any = redis.pubsub(ignore_subscribe_messages=True)
        self._sender: LossyBatcher[None] = LossyBatcher(
            send=self._publish,
            away_errors=(RedisError, OSError),
            buffer_max=BUFFER_MAX,
            away_wait_s=AWAY_WAIT_S,
        )

    def tell(self) -> None:
        """See the port."""
        self._sender.tell(None)

    async def _publish(self, _: Sequence[None]) -> None:
        await self._redis.publish(CHANNEL, b"")

    async def heard(self) -> bool:
        """See the port. What was told before the first call, or while Redis was away, is not heard."""
        try:
            if not self._ears.subscribed:
                await self._ears.subscribe(CHANNEL)
            return await self._heard_of_many()
        except (RedisError, OSError):
            await asyncio.sleep(AWAY_WAIT_S)
            return False

    async def _heard_of_many(self) -> bool:
        """Words that came together are one."""
        wait_s = self._idle_s
        for count in range(HEARD_MAX):
            if await self._ears.get_message(timeout=wait_s) is None:
                return count > 0
            wait_s = 0.0
        return True

    async def close(self) -> None:
        """See the port."""
        await self._sender.close()
        with suppress(RedisError, OSError):
            await self._ears.aclose()
        with suppress(RedisError, OSError):
            await self._redis.aclose()
