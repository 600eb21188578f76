"""Lets one process call the simulated database and run transactions in it.

Raises the same errors as MongoDB's driver, so memory adapters handle errors as the MongoDB adapters do.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pymongo.errors import AutoReconnect

from refunds.adapters.memory.database import MemoryDatabase, Put
from refunds.adapters.memory.documents import Table
from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent

Result = TypeVar("Result")

CONFLICTS_MAX = 1_000
"""Maximum number of times that a transaction is repeated. No test comes near this number."""


class Transaction:
    """One transaction. Reads come from the primary, and writes wait until `commit`."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._tables = database.tables
        self._term = database.term
        self._before: dict[tuple[str, str], Any] = {}
        self._puts: dict[tuple[str, str], Put] = {}

    def get(self, name: str, key: str) -> Any:
        """Returns the document with this id, or None. Sees the transaction's own writes."""
        put = self._puts.get((name, key))
        return self._tables[name].local.get(key) if put is None else put.value

    def put(self, name: str, key: str, value: Any) -> None:
        """Stores the document when the transaction commits. If `value` is None, deletes the document."""
        if (name, key) not in self._puts:
            self._before[name, key] = self._tables[name].local.get(key)
        self._puts[name, key] = Put(self._tables[name], key, value)

    def expect(self, name: str, key: str) -> None:
        """Makes the transaction fail if another writer changes this document before the commit."""
        self._before.setdefault((name, key), self._tables[name].local.get(key))

    def commit(self, database: MemoryDatabase) -> int | None:
        """Stores all documents and returns the database's logical time of the write.

        Returns None if another writer changed one of the documents since the transaction read it, or if a fail-over
        happened.
        """
        tables = self._tables
        is_moved = any(tables[name].local.get(key) is not before for (name, key), before in self._before.items())
        if is_moved or database.term != self._term:
            return None
        return database.write(list(self._puts.values()))


class Client:
    """Reads and writes the simulated database for one process.

    Raises AutoReconnect if the connection fails or a fail-over hides the outcome.
    """

    def __init__(self, database: MemoryDatabase, line: Line = DIRECT) -> None:
        self.database = database
        self._line = line

    async def read(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Result:
        """Runs `effect` on the database and returns what `effect` returns."""
        try:
            return await self._line.call(operation, effect, subject)
        except (NotSent, LineLost) as error:
            raise AutoReconnect from error

    async def write(
        self, operation: str, effect: Callable[[], tuple[Result, Sequence[Put]]], subject: str = ""
    ) -> Result:
        """Runs `effect`, stores the documents that `effect` returns, and returns the result.

        Before returning, waits until a majority has stored this write and all earlier writes. A call that stores
        nothing waits as well, because a fail-over may still remove what `effect` read.
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
        """Runs `work` in a transaction and commits. After a conflict with another writer, runs `work` again."""
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
        """Returns a collection. Callers may use it only inside the `effect` that they pass to `read` or `write`."""
        return self.database.tables[name]


def _committing(transaction: Transaction, database: MemoryDatabase) -> Callable[[], int | None]:
    return lambda: transaction.commit(database)
