"""Stores unreadable webhooks in MongoDB. Each webhook is one document.

The document's id consists of the gateway and the webhook's id.
"""

from collections.abc import Collection, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError

from refunds.adapters.mongo.schema import UNREAD_WEBHOOKS
from refunds.adapters.mongo.stored_forms import UNREAD_WEBHOOK
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.ports.gateway.unread_webhooks import KEPT_MAX, UnreadWebhook, UnreadWebhooksFull


class MongoUnreadWebhooks:
    """See `ports.gateway.unread_webhooks`. More than `kept_max` may be stored if several arrive together."""

    def __init__(self, database: AsyncDatabase[Any], *, kept_max: int = KEPT_MAX) -> None:
        self._collection = database[UNREAD_WEBHOOKS]
        self._kept_max = kept_max

    async def keep(self, webhook: UnreadWebhook) -> bool:
        """See the port."""
        name = _name(webhook.gateway, webhook.webhook_id)
        try:
            if await self._collection.find_one({"_id": name}, {"_id": 1}) is not None:
                return False
            if await self._collection.count_documents({}, limit=max(self._kept_max, 1)) >= self._kept_max:
                raise UnreadWebhooksFull
            await self._collection.insert_one(
                {
                    "_id": name,
                    "gateway": webhook.gateway,
                    "webhook_id": webhook.webhook_id,
                    "received_at": webhook.received_at,
                    "why": webhook.why,
                    "body": webhook.body,
                    "is_cut": webhook.is_cut,
                }
            )
        except DuplicateKeyError:
            return False
        except PyMongoError as error:
            raise OutcomeUnknown from error
        return True

    async def count(self) -> int:
        """See the port."""
        try:
            return await self._collection.count_documents({})
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def oldest(self, count_max: int, whys: Collection[str] = ()) -> Sequence[UnreadWebhook]:
        """See the port."""
        wanted = {"why": {"$in": sorted(whys)}} if whys else {}
        try:
            found = await self._collection.find(wanted).sort("received_at", 1).limit(count_max).to_list(None)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return [_webhook(document) for document in found]

    async def find(self, gateway: str, webhook_id: str) -> UnreadWebhook | None:
        """See the port."""
        try:
            found = await self._collection.find_one({"_id": _name(gateway, webhook_id)})
        except PyMongoError as error:
            raise StoreUnavailable from error
        return None if found is None else _webhook(found)

    async def remove(self, gateway: str, webhook_id: str) -> bool:
        """See the port."""
        try:
            removed = await self._collection.delete_one({"_id": _name(gateway, webhook_id)})
        except PyMongoError as error:
            raise OutcomeUnknown from error
        return removed.deleted_count > 0


def _name(gateway: str, webhook_id: str) -> str:
    return f"{gateway}:{webhook_id}"


def _webhook(document: dict[str, Any]) -> UnreadWebhook:
    fields: dict[str, Any] = {name: document[name] for name in UNREAD_WEBHOOK.stored}
    return UnreadWebhook(**UNREAD_WEBHOOK.to_domain(fields))
