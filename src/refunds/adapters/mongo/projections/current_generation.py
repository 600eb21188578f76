"""Reads the list, roll-ups and ledger of the current generation.

A generation's collections are emptied only after another generation has become current. So a read is valid if the same
generation is current after the read. Otherwise the read is repeated in the new generation.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.projections.offsets import read_generation
from refunds.adapters.mongo.read_model_schema import GENERATIONAL, of_generation
from refunds.domain.errors import StoreUnavailable

T = TypeVar("T")
Read: TypeAlias = Callable[[AsyncCollection[Any], AsyncClientSession], Awaitable[T]]

TRIES_MAX = 5
"""Maximum number of tries of one read. A repeat is needed only if a rebuild ends during the read."""


class CurrentGeneration:
    """Reads collections of the current generation, and remembers the generation that was last current."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._database = database
        self._generation = 0

    async def read(self, name: str, read: Read[T]) -> T:
        """Runs `read` on the current collection named `name`, and returns the result.

        Raises StoreUnavailable if the generation changed during each of `TRIES_MAX` reads. Passes on the driver's
        errors.
        """
        if name not in GENERATIONAL:
            async with self._database.client.start_session(causal_consistency=True) as session:
                return await read(self._database[name], session)
        for _ in range(TRIES_MAX):
            generation = self._generation
            async with self._database.client.start_session(causal_consistency=True) as session:
                found = await read(self._database[of_generation(name, generation)], session)
                self._generation = await read_generation(self._database, session)
            if self._generation == generation:
                return found
        raise StoreUnavailable
