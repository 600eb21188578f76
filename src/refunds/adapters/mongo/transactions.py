"""Runs transactions with explicit read and write concerns.

By default, a transaction silently uses the read and write concerns of its client.
"""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Any, TypeVar

from pymongo import ReadPreference, timeout
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from refunds.adapters.mongo.client import DURABLE

T = TypeVar("T")

CALLER_WAITS_S = 15.0
"""Time limit in seconds of transactions that a caller waits for. By itself, the driver would repeat for two minutes."""


async def in_transaction(
    database: AsyncDatabase[Any], work: Callable[[AsyncClientSession], Awaitable[T]], within_s: float | None = None
) -> T:
    """Runs `work` in one transaction, and repeats `work` if the database asks for that.

    If `within_s` is given, all repeats together take at most that many seconds.
    """
    with timeout(within_s) if within_s else nullcontext():
        async with database.client.start_session(causal_consistency=False) as session:
            return await session.with_transaction(
                work,
                read_concern=ReadConcern("snapshot"),
                write_concern=DURABLE,
                read_preference=ReadPreference.PRIMARY,
            )
