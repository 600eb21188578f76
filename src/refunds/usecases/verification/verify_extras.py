"""Finds list rows, ledger entries and audit records that belong to no payment.

`verify_invariants` calls this module. The module writes nothing. It reads a page of rows, entries or records, and then
the payments that this page names. Events are never removed. So a row or entry without an event was not written by the
service. Rows of unreadable payments are not checked.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from refunds.domain.ledger.ledger import LedgerEntry, entry_id
from refunds.domain.verification import archive_findings as archive
from refunds.domain.verification import audit_findings as audit
from refunds.domain.verification.payment_snapshot import StoredPayment, changes_of
from refunds.ports.audit.verification_reads import Named, VerificationReads
from refunds.ports.payments.payment_scan import PaymentScan
from refunds.usecases.audit.audit_codec import payment_body
from refunds.usecases.projections.project_changes import ledger_entries
from refunds.usecases.verification.verification_report import Checked, Findings, Invariant
from refunds.usecases.verification.verify_audit import Progress

PAGE_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyExtras:
    """Reads all rows of the list, all entries of the ledger and, if needed, all audit records."""

    reads: VerificationReads
    scan: PaymentScan

    async def check_rows(self, findings: Findings, rows: int, progress: Progress) -> None:
        """Finds list rows that belong to no payment. Raises StoreUnavailable.

        `rows` is the number of rows before the scan. Adds a violation if the list now has fewer rows.
        """
        seen, after = 0, ""
        while page := await self.reads.listed_after(after, PAGE_MAX):
            for row in await self._extra(page, self._refunds):
                findings.looked(
                    Invariant.LISTED, 0, [archive.RowWithoutRefund(refund_id=row.id, payment_id=row.payment_id)]
                )
            seen, after = seen + len(page), page[-1].id
            progress(Checked.ROWS, seen)
        if rows > seen:
            findings.looked(Invariant.LISTED, 0, [archive.RowsGone(count=rows - seen)])

    async def check_entries(self, findings: Findings, entries: int, progress: Progress) -> None:
        """Finds ledger entries that belong to no payment. Raises StoreUnavailable.

        `entries` is the number of entries before the scan. Adds a violation if the ledger now has fewer entries.
        """
        seen, after = 0, ""
        while page := await self.reads.posted_after(after, PAGE_MAX):
            for entry in await self._extra(page, self._entries):
                findings.looked(
                    Invariant.POSTED, 0, [archive.EntryWithoutEvent(entry_id=entry.id, payment_id=entry.payment_id)]
                )
            seen, after = seen + len(page), page[-1].id
            progress(Checked.ENTRIES, seen)
        if entries > seen:
            findings.looked(Invariant.POSTED, 0, [archive.EntriesGone(count=entries - seen)])

    async def check_ahead(self, findings: Findings, ahead: Mapping[str, int]) -> None:
        """Adds a violation for each payment whose last audit record has a later version than the payment.

        `ahead` maps payment ids to the version of the last audit record.
        """
        subjects = sorted(ahead)
        for start in range(0, len(subjects), PAGE_MAX):
            for stored in await self.scan.by_ids(subjects[start : start + PAGE_MAX]):
                if stored.version < ahead[stored.id]:
                    later = audit.AuditAhead(payment_id=stored.id, audited=ahead[stored.id], version=stored.version)
                    findings.looked(Invariant.AUDITED, 0, [later])

    async def check_records(
        self, findings: Findings, settings: Collection[str], unseen: int, progress: Progress
    ) -> None:
        """Lists the audit records that belong to no payment and to no subject in `settings`.

        `unseen` is the number of records before the scan, minus the records of scanned payments and settings. No record
        is read if `unseen` is 0. Records that were appended during the scan can hide other records until the next
        verification.
        """
        looked, after = 0, ""
        while unseen > 0 and (page := await self.reads.audited_after(after, PAGE_MAX)):
            known = await self._known(sorted({record.subject for record in page} - set(settings)))
            for record in page:
                if record.subject not in known and record.subject not in settings:
                    extra = audit.RecordWithoutSubject(record_id=record.id, subject=record.subject)
                    findings.looked(Invariant.AUDITED, 0, [extra])
            looked, after = looked + len(page), page[-1].id
            progress(Checked.RECORDS, looked)

    async def _known(self, subjects: Sequence[str]) -> Collection[str]:
        found = await self.scan.page_of(subjects)
        return {stored.id for stored in found.stored} | {each.payment_id for each in found.unreadable}

    async def _extra(
        self,
        page: Sequence[Named],
        ids_of: Callable[[Sequence[StoredPayment]], Awaitable[Mapping[str, Collection[str]]]],
    ) -> Sequence[Named]:
        found = await self.scan.page_of(sorted({each.payment_id for each in page}))
        unreadable = {each.payment_id for each in found.unreadable}
        by_payment = await ids_of(found.stored)
        return [
            each
            for each in page
            if each.payment_id not in unreadable and each.id not in by_payment.get(each.payment_id, ())
        ]

    async def _refunds(self, payments: Sequence[StoredPayment]) -> Mapping[str, Collection[str]]:
        return {stored.id: {refund.state.id for refund in stored.refunds} for stored in payments}

    async def _entries(self, payments: Sequence[StoredPayment]) -> Mapping[str, Collection[str]]:
        """Returns the ids of the ledger entries that each payment should have.

        If a history was truncated, the audit log supplies the missing events.
        """
        entries = {stored.id: {entry.id for entry in _posted_by(stored)} for stored in payments}
        cut = [stored.id for stored in payments if not all(refund.is_history_whole for refund in stored.refunds)]
        for record in await self.reads.records(cut) if cut else ():
            body = payment_body(record)
            entries[record.subject] |= {entry_id(event.id) for event in body.items} if body else set()
        return entries


def _posted_by(stored: StoredPayment) -> Sequence[LedgerEntry]:
    return list(ledger_entries(changes_of(stored)))
