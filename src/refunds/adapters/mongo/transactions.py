"""Transactions with both concerns said out loud (a default inside a transaction is silently the client's)."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pymongo import ReadPreference
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from refunds.adapters.mongo.client import DURABLE

T = TypeVar("T")


async def in_transaction(database: AsyncDatabase[Any], work: Callable[[AsyncClientSession], Awaitable[T]]) -> T:
    """Runs `work` in one transaction, again where the database asks for it (pymongo bounds that at 120 s)."""
    async with database.client.start_session(causal_consistency=False) as session:
        return await session.with_transaction(
            work,
            read_concern=ReadConcern("snapshot"),
            write_concern=DURABLE,
            read_preference=ReadPreference.PRIMARY,
        )
