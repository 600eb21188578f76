"""Binds an Idempotency-Key to the rows of a file before the first row is processed.

The api calls this module for bulk files. The same key with the same rows is accepted again. The same key with other
rows is refused. A dry run binds nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from refunds.domain.refund.bulk_file import FileDifference, FileRow, content_of, difference, parts_of
from refunds.domain.tenancy import Principal
from refunds.ports.payments.bulk_files import BulkFiles
from refunds.ports.payments.payments import PaymentStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFileKey:
    """The use case with its dependencies."""

    payments: PaymentStore
    files: BulkFiles

    async def __call__(
        self, principal: Principal, key: str, rows: Sequence[FileRow], *, is_dry_run: bool
    ) -> Mapping[str, tuple[str, ...]] | FileDifference:
        """Binds the key to the rows. Returns the tenant paths of the rows' payments, by payment id.

        If the key is already bound to a different file, the method returns how the files differ. The result has only
        paths that the caller's scope covers. Do not process a row whose payment has no path in the result, because the
        key is not bound for that payment's merchant. Raises errors of the stores.
        """
        scope = principal.scope
        paths = dict(await self.payments.paths(scope, sorted({row.payment_id for row in rows})))
        content = content_of(rows)
        parts = parts_of(rows, paths, key, content)
        if is_dry_run:
            stored = await self.files.find(scope, key, [part.merchant_id for part in parts])
        else:
            stored = await self.files.bind(scope, parts)
        return difference(stored, content, rows) or paths
