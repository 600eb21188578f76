"""Stores the offset of each reader of the feed in a document of its own.

An offset is moved only if its `seq` has not changed since it was read. After the first rebuild, the offset's phase is
stored in the field `stage` instead of `phase`. Releases that do not know generations cannot read such an offset. So
these releases never become leader, and never write to a generation that is no longer current.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from refunds.adapters.mongo.cluster_time import present
from refunds.adapters.mongo.read_model_schema import POSITIONS
from refunds.adapters.mongo.stored_forms import POSITION
from refunds.ports.projections.read_models import Phase, Position, RelaySuperseded

POSITION_ID = "reporting"
"""The id of the relay's offset."""


async def read_position(database: AsyncDatabase[Any], reader: str = POSITION_ID) -> Position:
    """Returns the stored offset of a reader. If none is stored, stores and returns an offset before the first scan."""
    document = await database[POSITIONS].find_one({"_id": reader})
    if document is None:
        first = Position(seq=0, phase=Phase.SCANNING, start_at=await present(database))
        try:
            await database[POSITIONS].insert_one({"_id": reader, **_to_document(first)})
        except DuplicateKeyError:
            return await read_position(database, reader)
        return first
    return _to_position(document)


async def read_generation(database: AsyncDatabase[Any], session: AsyncClientSession | None = None) -> int:
    """Returns the number of the current generation of list, roll-ups and ledger."""
    document = await database[POSITIONS].find_one({"_id": POSITION_ID}, {"generation": 1}, session=session)
    return 0 if document is None else int(document.get("generation", 0))


async def move_position(
    database: AsyncDatabase[Any],
    moved: Position,
    session: AsyncClientSession | None = None,
    reader: str = POSITION_ID,
) -> None:
    """Stores the offset `moved` with the next `seq`.

    Raises RelaySuperseded if another process moved the offset first.
    """
    update = {"$set": _to_document(moved) | {"seq": moved.seq + 1}}
    if moved.generation or moved.is_building:
        update["$set"]["stage"] = update["$set"].pop("phase")
        update["$unset"] = {"phase": ""}
    result = await database[POSITIONS].update_one({"_id": reader, "seq": moved.seq}, update, session=session)
    if result.matched_count == 0:
        raise RelaySuperseded


def _to_document(position: Position) -> dict[str, Any]:
    return POSITION.to_stored(msgspec.to_builtins(position))


def _to_position(document: Mapping[str, Any]) -> Position:
    return msgspec.convert(POSITION.to_domain({"phase": document.get("stage"), **document}), Position)
