"""Stores the records of bulk files in the simulated database.

It passes the same contract tests as the store in MongoDB.
"""

from collections.abc import Sequence

from pymongo.errors import PyMongoError

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import MemoryDatabase, Put
from refunds.adapters.memory.line import DIRECT, Line
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable, TenantNotFound
from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.tenancy import Scope

BULK_FILES = "bulk_files"


class MemoryBulkFiles:
    """See `ports.payments.bulk_files`."""

    def __init__(self, database: MemoryDatabase | None = None, line: Line = DIRECT) -> None:
        self._client = Client(database or MemoryDatabase(), line)
        self._table = self._client.table(BULK_FILES)

    async def find(self, scope: Scope, key: str, merchant_ids: Sequence[str]) -> Sequence[BulkFile]:
        """See the port."""
        wanted = [_id(merchant_id, key) for merchant_id in merchant_ids]
        try:
            found = await self._client.read(
                "mongo.bulk_files.read", lambda: [self._table.majority.get(each) for each in wanted]
            )
        except PyMongoError as error:
            raise StoreUnavailable from error
        return [file for file in found if file is not None and scope.covers(file.path)]

    async def bind(self, scope: Scope, files: Sequence[BulkFile]) -> Sequence[BulkFile]:
        """See `ports.payments.bulk_files`. Stores all missing files in one write."""
        for file in files:
            if not scope.covers(file.path):
                raise TenantNotFound(id=file.merchant_id)
        try:
            return await self._client.write("mongo.bulk_files.bind", lambda: self._bind(files))
        except PyMongoError as error:
            raise OutcomeUnknown from error

    def _bind(self, files: Sequence[BulkFile]) -> tuple[Sequence[BulkFile], Sequence[Put]]:
        known: list[BulkFile | None] = [self._table.local.get(_id(file.merchant_id, file.key)) for file in files]
        stored = [file for file in known if file is not None]
        if files and any(file.content != files[0].content for file in stored):
            return stored, ()
        missing = [file for file, other in zip(files, known, strict=True) if other is None]
        bound = [other or file for file, other in zip(files, known, strict=True)]
        return bound, [Put(self._table, _id(file.merchant_id, file.key), file) for file in missing]


def _id(merchant_id: str, key: str) -> str:
    return f"{merchant_id}/{key}"
