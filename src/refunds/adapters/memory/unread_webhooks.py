"""Webhooks that cannot be read, in memory: the double of `ports.unread_webhooks` for tests."""

from collections.abc import Sequence

from refunds.ports.unread_webhooks import KEPT_MAX, UnreadWebhook, UnreadWebhooksFull


class MemoryUnreadWebhooks:
    """See the port."""

    def __init__(self, kept_max: int = KEPT_MAX) -> None:
        self._kept_max = kept_max
        self._kept: dict[tuple[str, str], UnreadWebhook] = {}

    async def keep(self, webhook: UnreadWebhook) -> bool:
        """See the port."""
        key = (webhook.gateway, webhook.webhook_id)
        if key in self._kept:
            return False
        if len(self._kept) >= self._kept_max:
            raise UnreadWebhooksFull
        self._kept[key] = webhook
        return True

    async def count(self) -> int:
        """See the port."""
        return len(self._kept)

    async def oldest(self, count_max: int) -> Sequence[UnreadWebhook]:
        """See the port."""
        return sorted(self._kept.values(), key=lambda kept: kept.received_at)[:count_max]

    async def find(self, gateway: str, webhook_id: str) -> UnreadWebhook | None:
        """See the port."""
        return self._kept.get((gateway, webhook_id))

    async def remove(self, gateway: str, webhook_id: str) -> bool:
        """See the port."""
        return self._kept.pop((gateway, webhook_id), None) is not None
