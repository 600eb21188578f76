"""Compares refunds that were created from files with the records that bind Idempotency-Keys to files.

`verify_invariants` calls this module. The module writes nothing. If the record of a key were missing, the key could be
used again for other rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from refunds.domain.finding import Finding
from refunds.domain.refund.bulk_file import BulkFile, file_key_of
from refunds.domain.verification.payment_findings import RowOfFileElsewhere, RowOfFileUnbound
from refunds.domain.verification.payment_snapshot import StoredPayment
from refunds.ports.audit.verification_reads import VerificationReads


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A refund that was created from a row of a file. `row` is the row's fingerprint.

    `file` is the merchant's id and the file's key.
    """

    refund_id: str
    path: tuple[str, ...]
    file: tuple[str, str]
    row: str


async def unbound_rows(reads: VerificationReads, page: Sequence[StoredPayment]) -> list[Finding]:
    """Returns one finding for each refund that does not match the record of its file's key.

    The record must have the refund's row and the merchant's path. Raises StoreUnavailable.
    """
    made = list(_made_by_files(page))
    if not made:
        return []
    return list(_mismatches(made, await reads.files(sorted({each.file for each in made}))))


def _mismatches(made: Sequence[_Made], files: Mapping[tuple[str, str], BulkFile]) -> Iterator[Finding]:
    for each in made:
        file = files.get(each.file)
        if file is None or file.key != each.file[1] or each.row not in file.rows:
            yield RowOfFileUnbound(refund_id=each.refund_id)
        elif file.path != each.path:
            yield RowOfFileElsewhere(refund_id=each.refund_id)


def _made_by_files(page: Sequence[StoredPayment]) -> Iterator[_Made]:
    for stored in page:
        for refund in stored.refunds:
            key = file_key_of(refund.idempotency_key, refund.fingerprint)
            if key:
                yield _Made(
                    refund_id=refund.state.id,
                    path=stored.path,
                    file=(stored.merchant_id, key),
                    row=refund.fingerprint,
                )
