"""Stores the offsets of the feed's readers in the simulated database.

An offset is moved only if its `seq` has not changed since the offset was read.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from refunds.adapters.memory.client import Client, Transaction
from refunds.adapters.memory.database import MemoryDatabase, Put
from refunds.adapters.mongo.projections.offsets import POSITION_ID
from refunds.ports.projections.read_models import Phase, Position, RelaySuperseded

POSITIONS = "positions"


async def read_position(client: Client, reader: str, moment: int | None = None) -> Position:
    """Returns the stored offset of the reader. If none is stored, stores and returns a first offset.

    The first offset begins a scan. Its `start_at` is `moment`, or the current logical time if `moment` is None.
    """
    database = client.database
    table = database.tables[POSITIONS]
    known: Position | None = await client.read("mongo.positions.read", lambda: table.majority.get(reader))
    if known is not None:
        return known

    def first() -> tuple[Position, Sequence[Put]]:
        present: Position | None = table.local.get(reader)
        if present is not None:
            return present, ()
        start_at = database.moment() if moment is None else moment
        made = Position(seq=0, phase=Phase.SCANNING, start_at=start_at)
        return made, (Put(table, reader, made),)

    return await client.write("mongo.positions.begin", first)


async def move_position(client: Client, moved: Position, reader: str) -> None:
    """Stores `moved` with the next `seq`. Raises RelaySuperseded if another process has moved the offset."""
    table = client.database.tables[POSITIONS]

    def move() -> tuple[bool, Sequence[Put]]:
        present: Position | None = table.local.get(reader)
        if present is None or present.seq != moved.seq:
            return False, ()
        return True, (Put(table, reader, replace(moved, seq=moved.seq + 1)),)

    if not await client.write("mongo.positions.move", move):
        raise RelaySuperseded


def move_within(transaction: Transaction, moved: Position, reader: str = POSITION_ID) -> None:
    """Moves the offset like `move_position`, but as part of a transaction."""
    present: Position | None = transaction.get(POSITIONS, reader)
    if present is None or present.seq != moved.seq:
        raise RelaySuperseded
    transaction.put(POSITIONS, reader, replace(moved, seq=moved.seq + 1))


def current_generation(database: MemoryDatabase) -> int:
    """Returns the number of the current generation of the list, the roll-ups and the ledger."""
    position: Position | None = database.tables[POSITIONS].majority.get(POSITION_ID)
    return 0 if position is None else position.generation
