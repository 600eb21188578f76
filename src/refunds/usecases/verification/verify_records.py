"""Compares the content of audit records, list rows and ledger entries with the payments.

`verify_invariants` calls this module. The module writes nothing. A full history may have dropped events. Audit records
of such events cannot be compared, so only the hash chain and its anchor protect these records.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from refunds.domain import ids
from refunds.domain.audit.hash_chain import AuditEntry
from refunds.domain.finding import Finding
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.payment.payment import HISTORY_EVENTS_MAX
from refunds.domain.verification import archive_findings as archive
from refunds.domain.verification import audit_findings as audit
from refunds.domain.verification.history_findings import HistoryCut
from refunds.domain.verification.history_replay import history_mismatches
from refunds.domain.verification.payment_snapshot import (
    NO_DISPUTE,
    StoredPayment,
    approvals_asked_of,
    decision_of,
    digests_of,
)
from refunds.ports.audit.verification_reads import VerificationReads
from refunds.ports.projections.read_models import Listed, ListedRefund
from refunds.ports.projections.refund_lists import RefundRow
from refunds.ports.settings.parameters import ParameterStore
from refunds.ports.settings.tenants import TenantStore
from refunds.usecases.audit.audit_codec import PaymentBody, parameter_entry, payment_body, tenant_entry
from refunds.usecases.projections.project_changes import listed_refund
from refunds.usecases.verification.verification_report import Findings, Invariant

RECORDS_MAX = 500

CHANGING = frozenset({"status", "status_reason", "updated_at"})
"""Fields of a row that a later version of a payment may change."""


def missing_from_list(
    stored: StoredPayment, changes: Sequence[PaymentChange], rows: Mapping[str, ListedRefund], *, waits: bool = False
) -> Iterator[Finding]:
    """Yields one finding for each refund whose list row is missing or differs.

    `changes` has the changes of the payment. `waits` is True if the relay has the payment in quarantine. Then a row may
    be missing or show an earlier version.
    """
    for refund in stored.refunds:
        refund_id, found = refund.state.id, rows.get(refund.state.id)
        own = [change for change in changes if any(event.refund_id == refund_id for event in change.items)]
        expected = listed_refund(
            own[-1] if own else changes[0],
            refund.state,
            False,
            counted=tuple(change.version for change in own),
        )
        if found is None:
            if not waits:
                yield archive.NotListed(refund_id=refund_id)
            continue
        is_behind = waits and found.version < expected.version
        if differs := _differing(refund_id, found, expected, is_behind):
            yield differs
        elif faults := _miscounted(found, expected.counted, refund.is_history_whole, waits):
            yield archive.RowMiscounted(refund_id=refund_id, faults=tuple(faults))


def _differing(refund_id: str, found: ListedRefund, expected: ListedRefund, is_behind: bool) -> Finding | None:
    kept = [name for name in RefundRow.__struct_fields__ if not (is_behind and name in CHANGING)]
    names = [name for name in kept if getattr(found.row, name) != getattr(expected.row, name)]
    if found.path != expected.path:
        names.append("path")
    if found.version != expected.version and not is_behind:
        listed = (*names, "version")
        return archive.RowVersionDiffers(
            refund_id=refund_id, fields=listed, listed=found.version, stored=expected.version
        )
    return archive.RowDiffers(refund_id=refund_id, fields=tuple(names)) if names else None


def _miscounted(found: ListedRefund, expected: Sequence[int], is_whole: bool, waits: bool) -> list[Finding]:
    """Returns one finding for each difference between a row's counted versions and the versions with its events."""
    shown = Listed(version=found.version, counted=found.counted)
    missing = [] if waits else [version for version in expected if not shown.holds(version)]
    known_from = 0 if is_whole else min(expected, default=found.version + 1)
    more = {version for version in found.counted if version >= known_from or version < 1} - set(expected)
    is_once = list(found.counted) == sorted(set(found.counted))
    return [
        *(archive.VersionNotCounted(version=version) for version in missing),
        *(archive.VersionWithoutEvent(version=version) for version in sorted(more)),
        *(() if is_once else [archive.VersionsOutOfOrder()]),
    ]


def ledger_mismatches(
    expected: Sequence[LedgerEntry], found: Mapping[str, LedgerEntry], *, waits: bool = False
) -> Iterator[Finding]:
    """Yields one finding for each expected ledger entry that is missing or differs.

    `waits` is True if the relay has the payment in quarantine. Then entries may be missing.
    """
    for entry in expected:
        posted = found.get(entry.id)
        if posted is None:
            if not waits:
                version = ids.event_version(entry.payment_id, entry.id)
                yield archive.NotPosted(payment_id=entry.payment_id, entry_id=entry.id, version=version)
        elif posted != entry:
            names = [name for name in LedgerEntry.__struct_fields__ if getattr(posted, name) != getattr(entry, name)]
            yield archive.EntryDiffers(entry_id=entry.id, fields=tuple(names))


def truncated_history_mismatches(stored: StoredPayment, entries: Sequence[AuditEntry]) -> Iterator[Finding]:
    """Yields the differences between truncated histories of refunds and the audit log.

    The audit log may lack events if the relay started too late. Then only the rest of the history is checked.
    """
    bodies = [body for body in map(payment_body, entries) if body is not None]
    for refund in stored.refunds:
        if refund.is_history_whole:
            continue
        audited = {event.id: event for body in bodies for event in body.items if event.refund_id == refund.state.id}
        events = sorted(audited.values(), key=lambda event: ids.event_order(stored.id, event.id))
        kept = len(refund.history)
        if kept != HISTORY_EVENTS_MAX or refund.history_count < max(kept, len(events)):
            yield HistoryCut(refund_id=refund.state.id, kept=kept, counted=refund.history_count, audited=len(events))
        else:
            yield from history_mismatches(
                stored, refund, events if len(events) == refund.history_count else refund.history
            )


def missing_from_audit(
    stored: StoredPayment, changes: Sequence[PaymentChange], entries: Sequence[AuditEntry], *, waits: bool = False
) -> Iterator[Finding]:
    """Yields one finding for each change whose audit record is missing or differs.

    `waits` is True if the relay has the payment in quarantine. Then records may be missing.
    """
    own = [entry for entry in entries if entry.subject == stored.id]
    by_version = {entry.version: entry for entry in own}
    yield from _extra_records(stored, changes, own)
    for change in changes:
        entry = by_version.get(change.version)
        if entry is None:
            if not waits:
                yield audit.VersionNotAudited(payment_id=stored.id, version=change.version)
        elif not _is_consistent(entry, stored, change):
            yield audit.RecordDiffers(payment_id=stored.id, version=change.version)
    ordered = (payment_body(by_version[version]) for version in sorted(by_version))
    bodies = [body for body in ordered if body is not None]
    latest = _latest_digests(bodies)
    for digest in digests_of(stored):
        if latest.get(digest.of, digest.value) != digest.value:
            yield audit.DigestDiffers(of=digest.of)
    is_disputed = any(event.type is EventType.PAYMENT_DISPUTED for body in bodies for event in body.items)
    if stored.dispute != NO_DISPUTE and not is_disputed and not waits:
        yield audit.DisputeNotAudited(payment_id=stored.id)


def _extra_records(
    stored: StoredPayment, changes: Sequence[PaymentChange], entries: Sequence[AuditEntry]
) -> Iterator[Finding]:
    """Yields a finding for each version with several audit records, and for each record of an unknown version."""
    known = {change.version for change in changes}
    for version, count in sorted(Counter(entry.version for entry in entries).items()):
        if count > 1:
            yield audit.VersionRepeated(payment_id=stored.id, version=version, count=count)
    for entry in entries:
        if entry.version > stored.version or entry.version in known:
            continue
        body = payment_body(entry)
        if body is None or not all(_may_be_missing(event, stored) for event in body.items):
            yield audit.RecordWithoutVersion(payment_id=stored.id, version=entry.version)


def _may_be_missing(event: Event, stored: StoredPayment) -> bool:
    """Returns True if the payment may lack this event because of a dispute or a truncated history."""
    if event.type is EventType.PAYMENT_DISPUTED:
        return True
    return any(refund.state.id == event.refund_id and not refund.is_history_whole for refund in stored.refunds)


def _latest_digests(bodies: Sequence[PaymentBody]) -> dict[str, str]:
    """Returns the last digest for each id of a payment, refund or approval."""
    latest: dict[str, str] = {}
    for body in bodies:
        for event in body.items:
            if decision_of(event):
                latest.pop(approvals_asked_of(event.refund_id), None)
        latest.update((digest.of, digest.value) for digest in body.digests)
    return latest


def _is_consistent(entry: AuditEntry, stored: StoredPayment, change: PaymentChange) -> bool:
    body = payment_body(entry)
    if body is None or body.merchant_id != stored.merchant_id or entry.chain != stored.merchant_id:
        return False
    recorded = {event.id: event for event in body.items}
    expected = {event.id: _as_kept(event, stored, body, recorded) for event in change.items}
    if len(recorded) != len(body.items) or any(recorded.get(name) != event for name, event in expected.items()):
        return False
    return all(_may_be_missing(event, stored) for name, event in recorded.items() if name not in expected)


def _as_kept(event: Event, stored: StoredPayment, body: PaymentBody, recorded: Mapping[str, Event]) -> Event:
    """Returns the event as the payment should have it."""
    is_old = not stored.recorded_by and not body.digests
    if is_old and event.type is EventType.PAYMENT_CAPTURED and event.id in recorded:
        return replace(event, actor=recorded[event.id].actor)
    return event


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifySettings:
    """Compares tenants and parameters with the audit log in both directions."""

    reads: VerificationReads
    tenants: TenantStore
    parameters: ParameterStore

    async def check(self, findings: Findings) -> Collection[str]:
        """Compares all settings with the audit log and adds the violations to `findings`.

        Returns the subjects of the settings' audit records. Raises StoreUnavailable.
        """
        audited = set(await self.reads.audited_settings())
        tenants, values = await self.tenants.load_all(), await self.parameters.load_all()
        expected = {tenant.id: tenant_entry(tenant) for tenant in tenants.readable}
        expected |= {value.id: parameter_entry(value) for value in values.readable}
        unreadable = {tenant.id: tenant.reason for tenant in tenants.unreadable}
        unreadable |= {value.id: value.reason for value in values.unreadable}
        findings.looked(
            Invariant.SETTINGS,
            len(unreadable),
            (
                audit.SettingUnreadable(setting_id=subject, reason=reason)
                for subject, reason in sorted(unreadable.items())
            ),
        )
        gone = [
            audit.SettingGone(setting_id=subject) for subject in sorted(audited - expected.keys() - unreadable.keys())
        ]
        findings.looked(Invariant.SETTINGS, 0, gone)
        subjects = list(expected)
        for start in range(0, len(subjects), RECORDS_MAX):
            page = subjects[start : start + RECORDS_MAX]
            records = await self.reads.records(page)
            found = {entry.subject: entry for entry in records}
            findings.looked(Invariant.SETTINGS, len(page), _differences(page, expected, found))
            counts = Counter(entry.subject for entry in records)
            twice = [
                audit.SettingRepeated(setting_id=subject, count=count) for subject, count in counts.items() if count > 1
            ]
            findings.looked(Invariant.SETTINGS, 0, twice)
        return audited


def _differences(
    subjects: Sequence[str], expected: Mapping[str, AuditEntry], found: Mapping[str, AuditEntry]
) -> Iterator[Finding]:
    for subject in subjects:
        if subject not in found:
            yield audit.SettingNotAudited(setting_id=subject)
        elif found[subject] != expected[subject]:
            yield audit.SettingDiffers(setting_id=subject)
