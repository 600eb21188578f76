"""Records of files in memory: the double of the real store, held to the same contract suite."""

from collections.abc import Sequence

from refunds.domain.bulk_file import BulkFile
from refunds.domain.errors import TenantNotFound
from refunds.domain.tenancy import Scope


class MemoryBulkFiles:
    """Records by merchant and key; nothing is awaited between reading and writing."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], BulkFile] = {}

    async def find(self, scope: Scope, key: str, merchant_ids: Sequence[str]) -> Sequence[BulkFile]:
        """See the port."""
        found = [self._files.get((merchant_id, key)) for merchant_id in merchant_ids]
        return [file for file in found if file is not None and scope.covers(file.path)]

    async def bind(self, scope: Scope, files: Sequence[BulkFile]) -> Sequence[BulkFile]:
        """See the port."""
        for file in files:
            if not scope.covers(file.path):
                raise TenantNotFound(id=file.merchant_id)
        stored = [self._files[key] for key in ((f.merchant_id, f.key) for f in files) if key in self._files]
        if files and any(known.content != files[0].content for known in stored):
            return stored
        for file in files:
            self._files.setdefault((file.merchant_id, file.key), file)
        return [self._files[file.merchant_id, file.key] for file in files]
