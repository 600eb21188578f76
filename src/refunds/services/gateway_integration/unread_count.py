"""Counts the webhooks that wait for an operator, and shows the number in the metrics.

The count is repeated once a minute and stops at 10,000.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from refunds.ports.gateway.unread_webhooks import UnreadWebhooks
from refunds.runtime.loops.workers import repeat

EVERY_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCount:
    """Passes the number of unread webhooks to `show` at once, and then every `every_s` seconds.

    While the store is unreachable, it passes nothing.
    """

    webhooks: UnreadWebhooks
    show: Callable[[int], None]
    every_s: float = EVERY_S

    async def run(self, stop: asyncio.Event) -> None:
        """Counts until `stop` is set."""
        await repeat("webhooks.count_unread", self._step, stop, pause_s=self.every_s)

    async def _step(self) -> bool:
        self.show(await self.webhooks.count())
        return False
