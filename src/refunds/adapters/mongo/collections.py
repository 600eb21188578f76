"""Creates collections. Several processes may create the same collection at the same time."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import CollectionInvalid, OperationFailure

ALREADY_EXISTS = 48


async def make_collection(database: AsyncDatabase[Any], name: str, **options: Any) -> None:
    """Creates the collection if it does not exist."""
    try:
        await database.create_collection(name, **options)
    except CollectionInvalid:
        return
    except OperationFailure as error:
        if error.code != ALREADY_EXISTS:
            raise
