"""One process's client of the simulated database: operations over its connections, and transactions.

Errors are those of MongoDB's driver, so the code above maps them as the adapters on MongoDB do.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pymongo.errors import AutoReconnect

from refunds.adapters.memory.database import MemoryDatabase, Put
from refunds.adapters.memory.documents import Table
from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent

Result = TypeVar("Result")

CONFLICTS_MAX = 1_000
"""Maximum number of times that a transaction is repeated; no test comes near it."""


class Transaction:
    """What one transaction reads from the primary and what it will store."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._tables = database.tables
        self._term = database.term
        self._before: dict[tuple[str, str], Any] = {}
        self._puts: dict[tuple[str, str], Put] = {}

    def get(self, name: str, key: str) -> Any:
        """Returns the collection's document of that id, or None."""
        put = self._puts.get((name, key))
        return self._tables[name].local.get(key) if put is None else put.value

    def put(self, name: str, key: str, value: Any) -> None:
        """Stores a document when the transaction commits; None deletes it."""
        if (name, key) not in self._puts:
            self._before[name, key] = self._tables[name].local.get(key)
        self._puts[name, key] = Put(self._tables[name], key, value)

    def expect(self, name: str, key: str) -> None:
        """Makes the transaction fail if another writer changes this document before the commit."""
        self._before.setdefault((name, key), self._tables[name].local.get(key))

    def commit(self, database: MemoryDatabase) -> int | None:
        """Stores all documents and returns the moment of the write.

        None if another transaction wrote one of these documents meanwhile.
        """
        tables = self._tables
        is_moved = any(tables[name].local.get(key) is not before for (name, key), before in self._before.items())
        if is_moved or database.term != self._term:
            return None
        return database.write(list(self._puts.values()))


class Client:
    """Reads and writes of one process. Raises AutoReconnect if the connection or a fail-over hides the outcome."""

    def __init__(self, database: MemoryDatabase, line: Line = DIRECT) -> None:
        self.database = database
        self._line = line

    async def read(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Result:
        """Runs the effect and returns its result."""
        try:
            return await self._line.call(operation, effect, subject)
        except (NotSent, LineLost) as error:
            raise AutoReconnect from error

    async def write(
        self, operation: str, effect: Callable[[], tuple[Result, Sequence[Put]]], subject: str = ""
    ) -> Result:
        """Stores what the effect writes; returns its result once a majority has stored that write and all earlier ones.

        An effect that stores nothing also waits, since a fail-over may still remove what it read.
        """
        database = self.database

        def run() -> tuple[Result, int]:
            result, puts = effect()
            return result, database.write(puts)

        try:
            result, moment = await self._line.call(operation, run, subject)
            await database.acknowledged(moment)
        except (NotSent, LineLost) as error:
            raise AutoReconnect from error
        return result

    async def transaction(self, operation: str, work: Callable[[Transaction], Result]) -> Result:
        """Runs `work` on one snapshot and commits it; repeats it after a conflict."""
        database = self.database

        def begin() -> tuple[Transaction, Result]:
            transaction = Transaction(database)
            return transaction, work(transaction)

        for _ in range(CONFLICTS_MAX):
            try:
                transaction, result = await self._line.call(operation, begin)
                moment = await self._line.call(f"{operation}.commit", _committing(transaction, database))
                if moment is None:
                    continue
                await database.acknowledged(moment)
            except (NotSent, LineLost) as error:
                raise AutoReconnect from error
            return result
        raise AutoReconnect("conflicts without an end")

    def table(self, name: str) -> Table[Any]:
        """Returns a collection, which must be read within an effect."""
        return self.database.tables[name]


def _committing(transaction: Transaction, database: MemoryDatabase) -> Callable[[], int | None]:
    return lambda: transaction.commit(database)
