"""Where readers of the feed stand, one document each, moved by compare-and-set on its `seq`."""

from typing import Any

import msgspec
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from refunds.adapters.mongo.moments import present
from refunds.adapters.mongo.read_model_schema import POSITIONS
from refunds.ports.read_models import Phase, Position, RelaySuperseded

POSITION_ID = "reporting"
"""The relay that keeps the read models."""


async def read_position(database: AsyncDatabase[Any], reader: str = POSITION_ID) -> Position:
    """The stored position; stores that of a walk to come where there is none."""
    document = await database[POSITIONS].find_one({"_id": reader})
    if document is None:
        first = Position(seq=0, phase=Phase.WALKING, start_at=await present(database))
        try:
            await database[POSITIONS].insert_one({"_id": reader, **msgspec.to_builtins(first)})
        except DuplicateKeyError:
            return await read_position(database, reader)
        return first
    return msgspec.convert(document, Position)


async def move_position(
    database: AsyncDatabase[Any],
    moved: Position,
    session: AsyncClientSession | None = None,
    reader: str = POSITION_ID,
) -> None:
    """Stores `moved` one `seq` further; RelaySuperseded where it is not the next."""
    fields = msgspec.to_builtins(moved) | {"seq": moved.seq + 1}
    result = await database[POSITIONS].update_one({"_id": reader, "seq": moved.seq}, {"$set": fields}, session=session)
    if result.matched_count == 0:
        raise RelaySuperseded
