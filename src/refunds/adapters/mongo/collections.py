"""Makes a collection where it is missing; several services may start at once and try the same."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import CollectionInvalid, OperationFailure

ALREADY_EXISTS = 48


async def make_collection(database: AsyncDatabase[Any], name: str, **options: Any) -> None:
    """Does nothing where another was first."""
    try:
        await database.create_collection(name, **options)
    except CollectionInvalid:
        return
    except OperationFailure as error:
        if error.code != ALREADY_EXISTS:
            raise
