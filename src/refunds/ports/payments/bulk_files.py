"""What keys of files were first used for. Kept as long as refunds and their keys are: for ever.

A file is bound to its key before its first row moves, so that the same key with other rows is refused, also after a
crash in between and when both are sent at the same moment.
"""

from collections.abc import Sequence
from typing import Protocol

from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.tenancy import Scope


class BulkFiles(Protocol):
    """Records of files, one a merchant and key; never changed."""

    async def find(self, scope: Scope, key: str, merchant_ids: Sequence[str]) -> Sequence[BulkFile]:
        """What is stored of this key for these merchants, by majority read. StoreUnavailable."""
        ...

    async def bind(self, scope: Scope, files: Sequence[BulkFile]) -> Sequence[BulkFile]:
        """Stores those whose merchant and key are free, and answers what is stored of all of them.

        `files` are of one key, in the order of their merchants. Where one of them is taken by another content, nothing
        more is stored. TenantNotFound outside of the scope; OutcomeUnknown where it may or may not be stored.
        """
        ...
