"""Records for which file an Idempotency-Key was first used.

The records are kept forever, like refunds and their keys. A file is bound to its key before its first row is processed.
So the same key is refused for other rows. This holds even after a crash and for two requests at the same time.
"""

from collections.abc import Sequence
from typing import Protocol

from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.tenancy import Scope


class BulkFiles(Protocol):
    """Stores the records of files, one for each merchant and idempotency key. Records are never changed."""

    async def find(self, scope: Scope, key: str, merchant_ids: Sequence[str]) -> Sequence[BulkFile]:
        """Returns the records of this idempotency key for these merchants.

        Reads by majority read. Raises StoreUnavailable.
        """
        ...

    async def bind(self, scope: Scope, files: Sequence[BulkFile]) -> Sequence[BulkFile]:
        """Stores the records whose idempotency key the merchant has not used yet.

        Returns the records that are then stored for the key and these merchants. All `files` have the same key and are
        ordered by merchant. Storing stops at the first merchant whose key is bound to other content. Raises
        TenantNotFound if a merchant is outside the scope. Raises OutcomeUnknown if the write may or may not have
        succeeded.
        """
        ...
