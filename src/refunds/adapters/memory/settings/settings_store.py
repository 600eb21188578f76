"""Stores a version and audit records, which the simulated stores of tenants and parameters both need."""

from collections.abc import Sequence
from typing import Any

from pymongo.errors import PyMongoError

from refunds.adapters.memory.audit.audit_log import KeyTaken, append_audit
from refunds.adapters.memory.client import Client, Transaction
from refunds.domain.audit.hash_chain import AuditEntry
from refunds.domain.errors import AlreadyExists, OutcomeUnknown, StoreUnavailable

VERSIONS = "versions"


class SettingsTable:
    """A collection in which values are only added, never changed.

    Each value is stored in the same transaction as its audit record.
    """

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name

    async def version(self) -> int:
        """Returns the number of values that were ever added. Raises StoreUnavailable."""
        versions = self._client.table(VERSIONS).majority
        try:
            return await self._client.read(f"mongo.{self._name}.version", lambda: versions.get(self._name, 0))
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def load_all(self) -> Sequence[Any]:
        """Returns all values. Raises StoreUnavailable."""
        documents = self._client.table(self._name).majority
        try:
            return await self._client.read(f"mongo.{self._name}.load_all", lambda: tuple(documents.values()))
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def add(self, key: str, value: object, entry: AuditEntry, kind: str) -> None:
        """Stores a value and its audit record. Raises AlreadyExists if the id is already used.

        Raises OutcomeUnknown if it is not known whether the value is stored.
        """

        def work(transaction: Transaction) -> None:
            if transaction.get(self._name, key) is not None:
                raise KeyTaken
            transaction.put(self._name, key, value)
            transaction.put(VERSIONS, self._name, (transaction.get(VERSIONS, self._name) or 0) + 1)
            append_audit(self._client.database, transaction, [entry])

        try:
            await self._client.transaction(f"mongo.{self._name}.add", work)
        except KeyTaken:
            raise AlreadyExists(kind=kind) from None
        except PyMongoError as error:
            raise OutcomeUnknown from error
