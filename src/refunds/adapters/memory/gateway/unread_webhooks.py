"""Stores unreadable webhooks in the simulated database. It implements `ports.gateway.unread_webhooks`."""

from collections.abc import Collection, Sequence

from pymongo.errors import PyMongoError

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import MemoryDatabase, Put
from refunds.adapters.memory.line import DIRECT, Line
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.ports.gateway.unread_webhooks import KEPT_MAX, UnreadWebhook, UnreadWebhooksFull

UNREAD_WEBHOOKS = "unread_webhooks"


class MemoryUnreadWebhooks:
    """See the port."""

    def __init__(self, of: MemoryDatabase | None = None, line: Line = DIRECT, *, kept_max: int = KEPT_MAX) -> None:
        self._client = Client(of or MemoryDatabase(), line)
        self._table = self._client.table(UNREAD_WEBHOOKS)
        self._kept_max = kept_max

    async def keep(self, webhook: UnreadWebhook) -> bool:
        """See the port."""

        def keep() -> tuple[bool, Sequence[Put]]:
            if (key := _name(webhook.gateway, webhook.webhook_id)) in self._table.local:
                return False, ()
            if len(self._table.local) >= self._kept_max:
                raise UnreadWebhooksFull
            return True, (Put(self._table, key, webhook),)

        try:
            return await self._client.write("mongo.unread_webhooks.keep", keep)
        except PyMongoError as error:
            raise OutcomeUnknown from error

    async def count(self) -> int:
        """See the port."""
        try:
            return await self._client.read("mongo.unread_webhooks.read", lambda: len(self._table.majority))
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def oldest(self, count_max: int, whys: Collection[str] = ()) -> Sequence[UnreadWebhook]:
        """See the port."""

        def read() -> Sequence[UnreadWebhook]:
            kept = sorted(self._table.majority.values(), key=lambda webhook: webhook.received_at)
            return [webhook for webhook in kept if not whys or webhook.why in whys][:count_max]

        try:
            return await self._client.read("mongo.unread_webhooks.read", read)
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def find(self, gateway: str, webhook_id: str) -> UnreadWebhook | None:
        """See the port."""
        key = _name(gateway, webhook_id)
        try:
            return await self._client.read("mongo.unread_webhooks.read", lambda: self._table.majority.get(key))
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def remove(self, gateway: str, webhook_id: str) -> bool:
        """See the port."""

        def remove() -> tuple[bool, Sequence[Put]]:
            key = _name(gateway, webhook_id)
            return (True, (Put(self._table, key, None),)) if key in self._table.local else (False, ())

        try:
            return await self._client.write("mongo.unread_webhooks.remove", remove)
        except PyMongoError as error:
            raise OutcomeUnknown from error


def _name(gateway: str, webhook_id: str) -> str:
    return f"{gateway}:{webhook_id}"
