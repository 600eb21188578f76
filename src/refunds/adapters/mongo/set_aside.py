"""Payments that a reader of the feed went on without, one document each; see `ports.set_aside`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.read_model_schema import SET_ASIDE
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.ports.payment_walk import Unreadable

KEPT_MAX = 10_000


class MongoSetAside:
    """See the port."""

    def __init__(self, database: AsyncDatabase[Any], reader: str, *, kept_max: int = KEPT_MAX) -> None:
        self._collection = database[SET_ASIDE]
        self._reader = reader
        self._kept_max = kept_max

    async def put(self, payments: Sequence[Unreadable], now: datetime) -> None:
        """See the port."""
        try:
            is_full = await self._collection.count_documents({"reader": self._reader}) + len(payments) > self._kept_max
            await self._collection.bulk_write(
                [
                    UpdateOne(
                        {"_id": self._id(payment.payment_id)},
                        {
                            "$set": {"reason": payment.reason, "tried_at": now},
                            "$setOnInsert": {"reader": self._reader, "payment_id": payment.payment_id, "at": now},
                            "$inc": {"tries": 1},
                        },
                        upsert=not is_full,
                    )
                    for payment in payments
                ],
                ordered=False,
            )
        except PyMongoError as error:
            raise OutcomeUnknown from error

    async def longest_untried(self, payments_max: int) -> Sequence[str]:
        """See the port."""
        try:
            found = self._collection.find({"reader": self._reader}, {"payment_id": 1}).sort("tried_at", 1)
            return [document["payment_id"] for document in await found.limit(payments_max).to_list(None)]
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def drop(self, payment_ids: Sequence[str]) -> None:
        """See the port."""
        try:
            await self._collection.delete_many({"_id": {"$in": [self._id(payment_id) for payment_id in payment_ids]}})
        except PyMongoError as error:
            raise OutcomeUnknown from error

    async def count(self) -> int:
        """See the port."""
        try:
            return await self._collection.count_documents({"reader": self._reader})
        except PyMongoError as error:
            raise StoreUnavailable from error

    def _id(self, payment_id: str) -> str:
        return f"{self._reader}:{payment_id}"
