"""Stores the records of bulk files in MongoDB, one document for each merchant and key.

The document's id consists of the merchant's id and the key, so no merchant can use a key twice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, PyMongoError

from refunds.adapters.mongo.schema import BULK_FILES
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable, TenantNotFound
from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.tenancy import Scope

DUPLICATE_KEY = 11000
ROUNDS_MAX = 3
"""Maximum number of rounds. A round is repeated if another call stores one of the keys between read and write."""


class MongoBulkFiles:
    """See the port."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._collection = database[BULK_FILES]

    async def find(self, scope: Scope, key: str, merchant_ids: Sequence[str]) -> Sequence[BulkFile]:
        """See the port."""
        try:
            wanted = {"_id": {"$in": [_id(merchant_id, key) for merchant_id in merchant_ids]}}
            documents = await self._collection.find(wanted).to_list(None)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return [file for file in map(to_file, documents) if scope.covers(file.path)]

    async def bind(self, scope: Scope, files: Sequence[BulkFile]) -> Sequence[BulkFile]:
        """See the port."""
        for file in files:
            if not scope.covers(file.path):
                raise TenantNotFound(id=file.merchant_id)
        for _ in range(ROUNDS_MAX):
            stored = {file.merchant_id: file for file in await self._of_same_keys(scope, files)}
            missing = [file for file in files if file.merchant_id not in stored]
            if not missing or any(known.content != files[0].content for known in stored.values()):
                return list(stored.values())
            if await self._is_inserted(missing):
                return [stored.get(file.merchant_id, file) for file in files]
        raise OutcomeUnknown

    async def _of_same_keys(self, scope: Scope, files: Sequence[BulkFile]) -> Sequence[BulkFile]:
        return await self.find(scope, files[0].key, [file.merchant_id for file in files]) if files else ()

    async def _is_inserted(self, files: Sequence[BulkFile]) -> bool:
        """Inserts the records in order. Stops and returns False at the first key that is already used.

        Raises OutcomeUnknown if the database does not confirm an insert.
        """
        try:
            await self._collection.insert_many(list(map(_document, files)), ordered=True)
        except BulkWriteError as error:
            details = error.details or {}
            codes = {one["code"] for one in details.get("writeErrors", ())}
            if details.get("writeConcernErrors") or codes != {DUPLICATE_KEY}:
                raise OutcomeUnknown from error
            return False
        except PyMongoError as error:
            raise OutcomeUnknown from error
        return True


def _id(merchant_id: str, key: str) -> str:
    return f"{merchant_id}/{key}"


def _document(file: BulkFile) -> dict[str, Any]:
    return {
        "_id": _id(file.merchant_id, file.key),
        "merchant_id": file.merchant_id,
        "path": list(file.path),
        "key": file.key,
        "content": file.content,
        "rows": bytes.fromhex("".join(file.rows)),
    }


def to_file(document: Mapping[str, Any]) -> BulkFile:
    """Returns the record of a bulk file from its MongoDB document."""
    rows = bytes(document["rows"]).hex()
    return BulkFile(
        path=tuple(document["path"]),
        key=document["key"],
        content=document["content"],
        rows=tuple(rows[at : at + 32] for at in range(0, len(rows), 32)),
    )
