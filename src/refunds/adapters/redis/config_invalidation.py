"""Sends configuration invalidations to every listening process by Redis publish and subscribe. Nothing is stored.

In cluster mode, a node that receives a message forwards it to all other nodes. While Redis is unreachable, messages are
dropped.
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
"""Maximum number of waiting messages. One is enough, because all messages have the same meaning."""

RECEIVED_MAX = 1_000
AWAY_WAIT_S = 0.5


class RedisConfigInvalidations:
    """See `ports.settings.config_invalidation`."""

    def __init__(self, redis: Redis, *, idle_s: float = 1.0) -> None:
        self._redis = redis
        self._idle_s = idle_s
        self._subscription: Any = redis.pubsub(ignore_subscribe_messages=True)
        self._sender: LossyBatcher[None] = LossyBatcher(
            send=self._publish,
            away_errors=(RedisError, OSError),
            buffer_max=BUFFER_MAX,
            away_wait_s=AWAY_WAIT_S,
        )

    def publish(self) -> None:
        """See the port."""
        self._sender.add(None)

    async def _publish(self, _: Sequence[None]) -> None:
        await self._redis.publish(CHANNEL, b"")

    async def wait(self) -> bool:
        """See `ports.settings.config_invalidation`.

        Messages that were sent before the first call, or while Redis was unreachable, are lost.
        """
        try:
            if not self._subscription.subscribed:
                await self._subscription.subscribe(CHANNEL)
            return await self._receive_all()
        except (RedisError, OSError):
            await asyncio.sleep(AWAY_WAIT_S)
            return False

    async def _receive_all(self) -> bool:
        """Receives all waiting messages. Returns True if at least one message came."""
        wait_s = self._idle_s
        for count in range(RECEIVED_MAX):
            if await self._subscription.get_message(timeout=wait_s) is None:
                return count > 0
            wait_s = 0.0
        return True

    async def close(self) -> None:
        """See the port."""
        await self._sender.close()
        with suppress(RedisError, OSError):
            await self._subscription.aclose()
        with suppress(RedisError, OSError):
            await self._redis.aclose()
