"""Stores the offset of one feed reader in the simulated database. It implements `ports.projections.consumer_offset`."""

from datetime import datetime

from pymongo.errors import PyMongoError

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import MemoryDatabase, time_of
from refunds.adapters.memory.line import DIRECT, Line
from refunds.adapters.memory.projections.positions import move_position, read_position
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.ports.projections.read_models import Position


class MemoryConsumerOffset:
    """See the port."""

    def __init__(self, database: MemoryDatabase, line: Line = DIRECT, *, reader: str) -> None:
        self._client = Client(database, line)
        self._reader = reader

    async def position(self) -> Position:
        """See the port."""
        try:
            return await read_position(self._client, self._reader)
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def moment(self) -> int:
        """See the port."""
        try:
            return await self._client.read("mongo.moment", self._client.database.moment)
        except PyMongoError as error:
            raise StoreUnavailable from error

    def time_of(self, moment: int) -> datetime:
        """See the port."""
        return time_of(moment)

    async def move(self, moved: Position) -> None:
        """See the port."""
        try:
            await move_position(self._client, moved, self._reader)
        except PyMongoError as error:
            raise OutcomeUnknown from error
