"""Counts the changes of parameters and of tenants. A cache reloads when its counter has grown."""

from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.schema import VERSIONS
from refunds.domain.errors import StoreUnavailable


async def read_version(database: AsyncDatabase[Any], name: str) -> int:
    """Returns the current count, which is 0 before the first change.

    Raises StoreUnavailable if the count cannot be read.
    """
    try:
        document = await database[VERSIONS].find_one({"_id": name})
    except PyMongoError as error:
        raise StoreUnavailable from error
    return int(document["version"]) if document else 0


async def raise_version(database: AsyncDatabase[Any], name: str, session: AsyncClientSession) -> None:
    """Adds 1 to the counter in the same transaction as the change."""
    await database[VERSIONS].update_one({"_id": name}, {"$inc": {"version": 1}}, upsert=True, session=session)
