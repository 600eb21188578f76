"""Holds the content of audit records, list rows and ledger entries against what they tell of.

A part of `verify_invariants`; writes nothing. What a history no longer holds cannot be held against anything: it is
left to the chain and its anchor.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from refunds.domain import ids
from refunds.domain.audit import AuditEntry
from refunds.domain.changes import PaymentChange
from refunds.domain.events import Event, EventType
from refunds.domain.ledger import LedgerEntry
from refunds.domain.payment import HISTORY_EVENTS_MAX
from refunds.domain.retelling import mistold
from refunds.domain.stored import NO_DISPUTE, StoredPayment, changes_of, digests_of
from refunds.ports.archive import Archive
from refunds.ports.parameters import ParameterStore
from refunds.ports.read_models import ListedRefund
from refunds.ports.refund_lists import RefundRow
from refunds.ports.tenants import TenantStore
from refunds.usecases.audit_entries import PaymentBody, parameter_entry, payment_body, tenant_entry
from refunds.usecases.build_updates import listed_refund
from refunds.usecases.verification import Findings, Invariant

RECORDS_MAX = 500


def unlisted(stored: StoredPayment, rows: Mapping[str, ListedRefund]) -> Iterator[str]:
    """A line for each refund without a row, or with one that shows anything otherwise."""
    captured = next(changes_of(stored))
    for refund in stored.refunds:
        found, expected = rows.get(refund.state.id), listed_refund(captured, refund.state, False)
        if found is None:
            yield f"{refund.state.id}: is not listed"
        elif names := _differing(found, expected):
            yield f"{refund.state.id}: is listed with another {', '.join(names)}"


def _differing(found: ListedRefund, expected: ListedRefund) -> list[str]:
    names = [f.name for f in fields(RefundRow) if getattr(found.row, f.name) != getattr(expected.row, f.name)]
    return names if found.path == expected.path else [*names, "path"]


def misposted(expected: Sequence[LedgerEntry], found: Mapping[str, LedgerEntry]) -> Iterator[str]:
    """A line for each entry that a payment's events post and that is not there, or is another in any field."""
    for entry in expected:
        posted = found.get(entry.id)
        if posted is None:
            yield f"{entry.id}: is not in the ledger"
        elif posted != entry:
            names = [f.name for f in fields(LedgerEntry) if getattr(posted, f.name) != getattr(entry, f.name)]
            yield f"{entry.id}: is posted with another {', '.join(names)}"


def cut_short(stored: StoredPayment, entries: Sequence[AuditEntry]) -> Iterator[str]:
    """A line for each refund that is not what its history and, before that, the audit log tell.

    A relay that came too late, or began anew, has not told all: then what the history keeps must do.
    """
    bodies = [body for body in map(payment_body, entries) if body is not None]
    for refund in stored.refunds:
        if refund.is_history_whole:
            continue
        told = {event.id: event for body in bodies for event in body.items if event.refund_id == refund.state.id}
        events = sorted(told.values(), key=lambda event: ids.event_order(stored.id, event.id))
        kept = len(refund.history)
        if kept != HISTORY_EVENTS_MAX or refund.history_count < max(kept, len(events)):
            yield f"{refund.state.id}: its history keeps {kept} of {refund.history_count}, the audit log {len(events)}"
        else:
            yield from mistold(stored, refund, events if len(events) == refund.history_count else refund.history)


def unaudited(stored: StoredPayment, entries: Sequence[AuditEntry]) -> Iterator[str]:
    """A line for each version without a record, or with one that tells anything otherwise."""
    by_version = {entry.version: entry for entry in entries if entry.subject == stored.id}
    for change in changes_of(stored):
        entry = by_version.get(change.version)
        if entry is None:
            yield f"{stored.id}: version {change.version} is not in the audit log"
        elif not _tells(entry, stored, change):
            yield f"{stored.id}: the audit record of version {change.version} tells otherwise than the payment"
    bodies = [body for body in map(payment_body, by_version.values()) if body is not None]
    told = {digest.of: digest.value for body in bodies for digest in body.digests}
    for digest in digests_of(stored):
        if told.get(digest.of, digest.value) != digest.value:
            yield f"{digest.of}: what must never change of it is not what the audit log vouches for"
    is_disputed = any(event.type is EventType.PAYMENT_DISPUTED for body in bodies for event in body.items)
    if stored.dispute != NO_DISPUTE and not is_disputed:
        yield f"{stored.id}: its dispute is not in the audit log"


def _tells(entry: AuditEntry, stored: StoredPayment, change: PaymentChange) -> bool:
    body = payment_body(entry)
    if body is None or body.merchant_id != stored.merchant_id or entry.chain != stored.merchant_id:
        return False
    told = {event.id: event for event in body.items}
    expected = {event.id: _as_kept(event, stored, body, told) for event in change.items}
    if len(told) != len(body.items) or any(told.get(name) != event for name, event in expected.items()):
        return False
    trimmed = {refund.state.id for refund in stored.refunds if not refund.is_history_whole}
    more = [event for name, event in told.items() if name not in expected]
    return all(event.refund_id in trimmed or event.type is EventType.PAYMENT_DISPUTED for event in more)


def _as_kept(event: Event, stored: StoredPayment, body: PaymentBody, told: Mapping[str, Event]) -> Event:
    """The event; of a payment from before payments kept who recorded them, that is in the log alone."""
    is_old = not stored.recorded_by and not body.digests
    if is_old and event.type is EventType.PAYMENT_CAPTURED and event.id in told:
        return replace(event, actor=told[event.id].actor)
    return event


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifySettings:
    """Holds tenants and parameters against the audit log, and the log against them."""

    archive: Archive
    tenants: TenantStore
    parameters: ParameterStore

    async def check(self, findings: Findings) -> None:
        """Into the findings of a larger verification. StoreUnavailable."""
        told = set(await self.archive.settings_told())
        expected = {tenant.id: tenant_entry(tenant) for tenant in await self.tenants.load_all()}
        expected |= {value.id: parameter_entry(value) for value in await self.parameters.load_all()}
        gone = [f"{subject}: the audit log tells of it, and it is gone" for subject in sorted(told - expected.keys())]
        findings.looked(Invariant.SETTINGS, 0, gone)
        subjects = list(expected)
        for start in range(0, len(subjects), RECORDS_MAX):
            page = subjects[start : start + RECORDS_MAX]
            found = {entry.subject: entry for entry in await self.archive.records(page)}
            findings.looked(Invariant.SETTINGS, len(page), _otherwise(page, expected, found))


def _otherwise(
    subjects: Sequence[str], expected: Mapping[str, AuditEntry], found: Mapping[str, AuditEntry]
) -> Iterator[str]:
    for subject in subjects:
        if subject not in found:
            yield f"{subject}: is not in the audit log"
        elif found[subject] != expected[subject]:
            yield f"{subject}: its audit record tells otherwise"
