"""Checks every invariant over the whole database and against the books of the gateways.

The command line calls this module. The module writes nothing. It reads in pages, so its memory does not grow with the
number of payments. It may run while refunds are made. A delay of read models or notifications may explain a difference.
So such a difference is checked again before it counts as a violation.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from refunds.domain.audit.hash_chain import AuditEntry
from refunds.domain.finding import Finding
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.settings.unreadable_settings import Loaded, UnreadableValue
from refunds.domain.verification import invariants
from refunds.domain.verification.actor_checks import actor_mismatches
from refunds.domain.verification.archive_findings import LedgerOff, NotCaughtUp
from refunds.domain.verification.attempt_checks import attempt_mismatches
from refunds.domain.verification.gateway_books import is_left_to_a_person, is_open
from refunds.domain.verification.history_replay import history_mismatches
from refunds.domain.verification.longest_waits import LongestWaits, longest_waits
from refunds.domain.verification.payment_findings import OutcomeOpen, ResultContradicted
from refunds.domain.verification.payment_snapshot import StoredPayment, changes_of
from refunds.ports.audit.anchors import Anchors
from refunds.ports.audit.verification_reads import LedgerSum, VerificationReads
from refunds.ports.clock import Clock
from refunds.ports.gateway.gateway_books import GatewayBooks
from refunds.ports.gateway.unread_webhooks import UnreadWebhooks
from refunds.ports.payments.payment_scan import PaymentScan
from refunds.ports.settings.parameters import ParameterStore
from refunds.ports.settings.tenants import TenantStore
from refunds.usecases.projections.project_changes import ledger_entries
from refunds.usecases.verification.verification_report import Checked, Findings, Invariant, Report
from refunds.usecases.verification.verify_audit import Progress, VerifyAudit, no_progress
from refunds.usecases.verification.verify_books import VerifyBooks
from refunds.usecases.verification.verify_extras import VerifyExtras
from refunds.usecases.verification.verify_file_keys import unbound_rows
from refunds.usecases.verification.verify_records import (
    VerifySettings,
    ledger_mismatches,
    missing_from_audit,
    missing_from_list,
    truncated_history_mismatches,
)
from refunds.usecases.verification.verify_roll_ups import VerifyRollUps
from refunds.usecases.verification.verify_waiting import name_unread, name_waiting

Suspicion: TypeAlias = tuple[Invariant, Finding]
Records: TypeAlias = Mapping[str, Sequence[AuditEntry]]
Changes: TypeAlias = Mapping[str, Sequence[PaymentChange]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyBounds:
    """The bounds of a verification.

    At most `suspects_max` differing payments are checked again, up to `rechecks_max` times. The differences of further
    payments count as violations at once.
    """

    page_payments: int = 200
    suspects_max: int = 1_000
    rechecks_max: int = 5
    caught_up_timeout_s: float = 30.0
    repeated_keys_max: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """The numbers of stored objects before the scan."""

    rows: int
    sums: Sequence[LedgerSum]
    records: int


@dataclass(slots=True)
class _Scanned:
    """What the scan collects for later checks."""

    payments: int = 0
    refunded: dict[str, int] = field(default_factory=dict)
    suspects: set[str] = field(default_factory=set)
    records: int = 0
    ahead: dict[str, int] = field(default_factory=dict)
    unread_accounts: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class _Waits:
    """The longest waits that the parameters allow for each tenant path. Each path is computed only once."""

    values: Loaded[ParameterValue, UnreadableValue]
    _known: dict[tuple[str, ...], LongestWaits] = field(default_factory=dict)

    def of(self, path: tuple[str, ...]) -> LongestWaits:
        if path not in self._known:
            self._known[path] = longest_waits(self.values.readable, path, self.values.unreadable)
        return self._known[path]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyInvariants:
    """The use case with its dependencies. `pause` waits before differing payments are checked again."""

    scan: PaymentScan
    tenants: TenantStore
    parameters: ParameterStore
    reads: VerificationReads
    anchors: Anchors
    books: Sequence[GatewayBooks]
    unread_webhooks: UnreadWebhooks
    clock: Clock
    pause: Callable[[], Awaitable[None]]
    bounds: VerifyBounds = VerifyBounds()

    async def __call__(self, progress: Progress = no_progress) -> Report:
        """Checks every invariant and returns the report. Raises StoreUnavailable or BooksUnavailable."""
        findings, scanned = Findings(), _Scanned()
        is_caught_up = await self.reads.caught_up(self.bounds.caught_up_timeout_s)
        late = [] if is_caught_up else [NotCaughtUp(timeout_s=self.bounds.caught_up_timeout_s)]
        findings.looked(Invariant.CAUGHT_UP, 1, late)
        before = await self._counted()
        roll_ups = VerifyRollUps(reads=self.reads)
        await roll_ups.begin()
        await self._scan(findings, scanned, roll_ups, progress)
        await self._recheck(findings, scanned)
        extras = VerifyExtras(reads=self.reads, scan=self.scan)
        await extras.check_rows(findings, before.rows, progress)
        await extras.check_entries(findings, sum(total.entries for total in before.sums), progress)
        await extras.check_ahead(findings, scanned.ahead)
        await self.reads.caught_up(self.bounds.caught_up_timeout_s)
        await roll_ups.check(findings)
        _check_zero(findings, before.sums)
        await name_waiting(self.reads, findings)
        await name_unread(self.unread_webhooks, findings)
        findings.looked(Invariant.KEYS, 0, await self.reads.repeated_keys(self.bounds.repeated_keys_max))
        findings.looked(Invariant.GATEWAY_IDS, 0, await self.reads.shared_gateway_ids(self.bounds.repeated_keys_max))
        settings = VerifySettings(reads=self.reads, tenants=self.tenants, parameters=self.parameters)
        subjects = await settings.check(findings)
        unseen = before.records - scanned.records - len(subjects)
        await extras.check_records(findings, subjects, unseen, progress)
        await VerifyAudit(reads=self.reads, anchors=self.anchors).check(findings, progress)
        for books in self.books:
            verify = VerifyBooks(scan=self.scan, books=books, pause=self.pause, unreadable=scanned.unread_accounts)
            await verify.check(findings, scanned.refunded.get(books.gateway, 0), progress)
        return findings.report(await self.reads.ledger_sums())

    async def _counted(self) -> _Counted:
        return _Counted(
            rows=await self.reads.rows_count(),
            sums=await self.reads.ledger_sums(),
            records=await self.reads.records_count(),
        )

    async def _scan(self, findings: Findings, scanned: _Scanned, roll_ups: VerifyRollUps, progress: Progress) -> None:
        after, waits = "", _Waits(values=await self.parameters.load_all())
        while (scanned_page := await self.scan.page(after, self.bounds.page_payments)).scanned_to:
            now, page, after = self.clock.now(), scanned_page.stored, scanned_page.scanned_to
            unread = await self.reads.records([each.payment_id for each in scanned_page.unreadable])
            scanned.unread_accounts |= {each.gateway_payment_id for each in scanned_page.unreadable}
            roll_ups.leave_open(unread)
            for stored in page:
                _check_itself(findings, stored, now, waits.of(stored.path))
                _count(scanned, stored)
            findings.looked(Invariant.KEYS, 0, await unbound_rows(self.reads, page))
            records = await self._records(page)
            scanned.records += len(unread) + sum(map(len, records.values()))
            _look_ahead(scanned, page, records, self.bounds.suspects_max)
            changes = {stored.id: tuple(changes_of(stored)) for stored in page}
            roll_ups.count(page, changes, records, await self.reads.waiting_of([stored.id for stored in page]))
            await self._check_against_archive(findings, scanned, page, changes, records)
            progress(Checked.PAYMENTS, scanned.payments)

    async def _records(self, page: Sequence[StoredPayment]) -> Records:
        """Returns the audit records of these payments, by payment id."""
        records: dict[str, list[AuditEntry]] = {stored.id: [] for stored in page}
        for record in await self.reads.records(list(records)):
            records[record.subject].append(record)
        return records

    async def _check_against_archive(
        self, findings: Findings, scanned: _Scanned, page: Sequence[StoredPayment], changes: Changes, records: Records
    ) -> None:
        suspicions, entries = await self._suspicions(page, changes, records)
        findings.looked(Invariant.LISTED, sum(len(stored.refunds) for stored in page))
        findings.looked(Invariant.POSTED, entries)
        findings.looked(Invariant.AUDITED, sum(map(len, changes.values())))
        for payment_id, found in suspicions.items():
            if len(scanned.suspects) < self.bounds.suspects_max:
                scanned.suspects.add(payment_id)
            else:
                _report_violations(findings, found)

    async def _suspicions(
        self, page: Sequence[StoredPayment], changes: Changes, records: Records
    ) -> tuple[dict[str, list[Suspicion]], int]:
        """Returns the differences by payment id, and the number of ledger entries that were found."""
        expected = {stored.id: list(ledger_entries(changes[stored.id])) for stored in page}
        rows = await self.reads.rows([refund.state.id for stored in page for refund in stored.refunds])
        waiting = await self.reads.waiting_of([stored.id for stored in page])
        found = await self.reads.entries([entry.id for posted in expected.values() for entry in posted])
        entries = {entry.id: entry for entry in found}
        suspicions: dict[str, list[Suspicion]] = {}
        for stored in page:
            waits, own, audited = stored.id in waiting, changes[stored.id], records[stored.id]
            differing = [
                *((Invariant.LISTED, each) for each in missing_from_list(stored, own, rows, waits=waits)),
                *((Invariant.POSTED, each) for each in _in_ledger(stored, expected[stored.id], entries, waits)),
                *((Invariant.REPLAYED, each) for each in truncated_history_mismatches(stored, audited)),
                *((Invariant.AUDITED, each) for each in missing_from_audit(stored, own, audited, waits=waits)),
            ]
            if differing:
                suspicions[stored.id] = differing
        return suspicions, len(entries)

    async def _recheck(self, findings: Findings, scanned: _Scanned) -> None:
        suspicions: dict[str, list[Suspicion]] = {}
        for _ in range(self.bounds.rechecks_max):
            if not scanned.suspects:
                return
            await self.pause()
            await self.reads.caught_up(self.bounds.caught_up_timeout_s)
            again = await self.scan.by_ids(sorted(scanned.suspects))
            changes = {stored.id: tuple(changes_of(stored)) for stored in again}
            suspicions, _entries = await self._suspicions(again, changes, await self._records(again))
            scanned.suspects = set(suspicions)
        for found in suspicions.values():
            _report_violations(findings, found)


def _in_ledger(
    stored: StoredPayment, expected: Sequence[LedgerEntry], entries: Mapping[str, LedgerEntry], waits: bool
) -> Iterator[Finding]:
    """Yields one finding for each difference in the payment's ledger entries."""
    posted = [entries[entry.id] for entry in expected if entry.id in entries]
    if not waits or len(posted) == len(expected):
        yield from invariants.broken_postings(stored, posted)
    yield from ledger_mismatches(expected, entries, waits=waits)


def _count(scanned: _Scanned, stored: StoredPayment) -> None:
    scanned.payments += 1
    if stored.refunded_amount:
        scanned.refunded[stored.gateway] = scanned.refunded.get(stored.gateway, 0) + 1


def _look_ahead(scanned: _Scanned, page: Sequence[StoredPayment], records: Records, payments_max: int) -> None:
    """Collects the payments whose audit records have a later version than the version that the scan read."""
    for stored in page:
        last = max((record.version for record in records[stored.id]), default=0)
        if last > stored.version and len(scanned.ahead) < payments_max:
            scanned.ahead[stored.id] = last


def _check_itself(findings: Findings, stored: StoredPayment, now: datetime, waits: LongestWaits) -> None:
    findings.looked(Invariant.AMOUNTS, 1, invariants.broken_amounts(stored))
    findings.looked(Invariant.KEYS, len(stored.refunds), invariants.repeated_keys(stored))
    findings.looked(Invariant.GATEWAY_IDS, sum(len(refund.attempts) for refund in stored.refunds))
    findings.looked(Invariant.WAITING, len(stored.refunds), invariants.stuck_refunds(stored))
    findings.looked(Invariant.WAITING, 0, invariants.due_at_mismatches(stored, now, waits))
    findings.looked(Invariant.REPLAYED, 1 + len(stored.refunds), invariants.version_mismatches(stored))
    findings.looked(Invariant.REPLAYED, 0, invariants.route_mismatches(stored))
    findings.looked(Invariant.ATTRIBUTED, len(stored.refunds), actor_mismatches(stored))
    for refund in stored.refunds:
        state = refund.state
        if refund.is_history_whole:
            findings.looked(Invariant.REPLAYED, 0, history_mismatches(stored, refund, refund.history))
        findings.looked(Invariant.REPLAYED, 0, attempt_mismatches(refund, refund.history, now))
        if is_open(refund):
            findings.saw_open(OutcomeOpen(refund_id=state.id, status=state.status, amount=state.amount))
        if is_left_to_a_person(refund):
            findings.saw_contradicted(ResultContradicted(refund_id=state.id, status=state.status, amount=state.amount))


def _report_violations(findings: Findings, found: Sequence[Suspicion]) -> None:
    for invariant, finding in found:
        findings.looked(invariant, 0, [finding])


def _check_zero(findings: Findings, sums: Sequence[LedgerSum]) -> None:
    for total in sums:
        off = total.gateway_amount + total.merchant_amount
        findings.looked(Invariant.ZERO, 1, [LedgerOff(currency=total.currency, off=off)] if off else ())
