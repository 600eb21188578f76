"""Stores for which file an Idempotency-Key was first used. Records are kept for ever, like refunds and their keys.

A file is bound to its key before its first row is processed, so that the same key with other rows is refused, also
after a crash in between and for two requests at the same moment.
"""

from collections.abc import Sequence
from typing import Protocol

from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.tenancy import Scope


class BulkFiles(Protocol):
    """Records of files, one per merchant and key; never changed."""

    async def find(self, scope: Scope, key: str, merchant_ids: Sequence[str]) -> Sequence[BulkFile]:
        """Returns the records of this key for these merchants, by majority read. Raises StoreUnavailable."""
        ...

    async def bind(self, scope: Scope, files: Sequence[BulkFile]) -> Sequence[BulkFile]:
        """Stores the records whose merchant and key are free; returns what is then stored for all of them.

        `files` have one key and are ordered by merchant. Storing stops at the first merchant whose key is bound to
        other content. Raises TenantNotFound outside the scope; OutcomeUnknown if the write may or may not have
        succeeded.
        """
        ...
