"""Stores which file an Idempotency-Key was first used for. Kept as long as refunds and their keys: for ever.

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
        """The records of this key for these merchants, by majority read. StoreUnavailable."""
        ...

    async def bind(self, scope: Scope, files: Sequence[BulkFile]) -> Sequence[BulkFile]:
        """Stores the records whose merchant and key are free; returns what is then stored of all of them.

        `files` have one key and are ordered by merchant. At the first whose key has another content it stops storing.
        TenantNotFound outside of the scope; OutcomeUnknown if the write may or may not have succeeded.
        """
        ...
