"""Stores the offset of one reader of the change stream, but not the relay's offset.

See `ports.projections.consumer_offset`. The relay's offset is stored by `read_models`.
"""

from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.cluster_time import present, time_of
from refunds.adapters.mongo.projections.offsets import move_position, read_position
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.ports.projections.read_models import Position


class MongoConsumerOffset:
    """See the port."""

    def __init__(self, database: AsyncDatabase[Any], reader: str) -> None:
        self._database = database
        self._reader = reader

    async def position(self) -> Position:
        """See the port."""
        try:
            return await read_position(self._database, self._reader)
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def moment(self) -> int:
        """See the port."""
        try:
            return await present(self._database)
        except PyMongoError as error:
            raise StoreUnavailable from error

    def time_of(self, moment: int) -> datetime:
        """See the port."""
        return time_of(moment)

    async def move(self, moved: Position) -> None:
        """See the port."""
        try:
            await move_position(self._database, moved, reader=self._reader)
        except PyMongoError as error:
            raise OutcomeUnknown from error
