"""Reads the feed of payments' changes from the simulated database. It implements `ports.projections.feed`."""

import asyncio
from dataclasses import dataclass

from pymongo.errors import PyMongoError

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import DIRECT, Line
from refunds.domain.errors import StoreUnavailable
from refunds.ports.projections.feed import FeedBatch
from refunds.ports.projections.read_models import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPace:
    """The limits of one read. A read returns at most `changes_max` changes.

    A read waits at most `wait_s` seconds for a first change, and then `linger_s` seconds for more.
    """

    changes_max: int = 500
    linger_s: float = 0.0
    wait_s: float = 0.0


class MemoryFeed:
    """See `ports.projections.feed`.

    A token is the moment (the database's logical time) up to which the stream was read. Without a token, reading begins
    with the changes at `start_at`.
    """

    def __init__(self, database: MemoryDatabase, line: Line = DIRECT, *, pace: FeedPace | None = None) -> None:
        self._database = database
        self._client = Client(database, line)
        self._pace = pace or FeedPace()

    async def take(self, after: Position) -> FeedBatch:
        """See `ports.projections.feed`. Raises StoreUnavailable if the database does not answer."""
        place = int(after.token, 16) if after.token else after.start_at - 1
        if self._pace.wait_s and self._database.changes_until() <= place:
            await self._database.listeners.wait(self._pace.wait_s)
            if self._pace.linger_s:
                await asyncio.sleep(self._pace.linger_s)
        return await self._read(place)

    async def _read(self, place: int) -> FeedBatch:
        def read() -> FeedBatch:
            changes, read_to = self._database.changes_after(place, self._pace.changes_max)
            odd = self._database.unreadable
            if not odd:
                return FeedBatch(changes=changes, token=f"{read_to:016x}", read_to=read_to)
            return FeedBatch(
                changes=[change for change in changes if change.payment_id not in odd],
                token=f"{read_to:016x}",
                read_to=read_to,
                unreadable=list(dict.fromkeys(each.payment_id for each in changes if each.payment_id in odd)),
            )

        try:
            return await self._client.read("mongo.feed.take", read)
        except PyMongoError as error:
            raise StoreUnavailable from error
