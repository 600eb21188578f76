"""Binds an Idempotency-Key to the rows of a file before the first row is processed. Called by the api's files.

The same key with the same rows is accepted again; the same key with other rows is refused. A dry run binds nothing.
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
        """Binds the key. Returns the tenant paths of the rows' payments, or how the file differs from an earlier one.

        The earlier file is the one that the key is bound to. The paths are those in the caller's scope. A row whose
        payment has no path in the result must not be processed, since the key is not bound for its merchant. Raises
        errors of the stores.
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
