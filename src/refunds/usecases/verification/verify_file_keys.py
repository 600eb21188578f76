"""Compares refunds that rows of files made with the records that bind the files' keys to their rows.

A part of `verify_invariants`; writes nothing. Without its record a file's key could be used again for other rows.
"""

from collections.abc import Iterator, Sequence

from refunds.domain.refund.bulk_file import file_key_of
from refunds.domain.verification.payment_snapshot import StoredPayment
from refunds.ports.audit.verification_reads import VerificationReads


async def unbound_rows(archive: VerificationReads, page: Sequence[StoredPayment]) -> list[str]:
    """One line for each refund whose file is not recorded under its key, or does not have its row. StoreUnavailable."""
    made = list(_made_by_files(page))
    if not made:
        return []
    files = await archive.file_rows(sorted({(merchant_id, key) for _, merchant_id, key, _ in made}))
    return [
        f"{refund_id}: the file that made it is not recorded under its key with this row"
        for refund_id, merchant_id, key, row in made
        if row not in files.get((merchant_id, key), ())
    ]


def _made_by_files(page: Sequence[StoredPayment]) -> Iterator[tuple[str, str, str, str]]:
    """(Refund, merchant, key of its file, fingerprint of its row)."""
    for stored in page:
        for refund in stored.refunds:
            key = file_key_of(refund.idempotency_key, refund.fingerprint)
            if key:
                yield refund.state.id, stored.merchant_id, key, refund.fingerprint
