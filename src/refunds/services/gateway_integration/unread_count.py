"""Counts the webhooks that wait for an operator, for the metrics: once a minute, up to 10,000."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from refunds.ports.gateway.unread_webhooks import UnreadWebhooks
from refunds.runtime.loops.workers import repeat

EVERY_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCount:
    """Passes the count to `show` at once and then every `every_s`, except while the store is unreachable."""

    webhooks: UnreadWebhooks
    show: Callable[[int], None]
    every_s: float = EVERY_S

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until `stop`."""
        await repeat("webhooks.count_unread", self._step, stop, pause_s=self.every_s)

    async def _step(self) -> bool:
        self.show(await self.webhooks.count())
        return False
