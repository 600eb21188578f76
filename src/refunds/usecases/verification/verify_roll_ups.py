"""Counts the roll-ups again from payments and audit log, and compares each cell.

`verify_invariants` calls this module. The module writes nothing. Counts only rise, so the roll-ups may be read while
the relay works. A count that was read before the scan must not exceed the number of events that the scan finds. A count
that was read after the scan must be at least that number. On a day without new events both counts are equal, so any
edit is found.

Some events are only in the audit log, because they were dropped from a full history or belong to a dispute. A rebuild
does not count these events. So counts with and without these events are accepted. Memory grows with the number of days
of all merchants.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from msgspec.structs import replace

from refunds.domain.audit.hash_chain import AuditEntry
from refunds.domain.finding import Finding
from refunds.domain.ledger.roll_ups import CountAndSum, RollUpDimensions, RollUpKey, roll_up
from refunds.domain.payment.events import EventType
from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.verification.archive_findings import CellDiffers, RollUpExtra
from refunds.domain.verification.payment_snapshot import StoredPayment
from refunds.ports.audit.verification_reads import VerificationReads
from refunds.usecases.audit.audit_codec import payment_body
from refunds.usecases.verification.verification_report import Findings, Invariant

DAYS_MAX = 500

Days: TypeAlias = dict[RollUpKey, dict[RollUpDimensions, CountAndSum]]


@dataclass(slots=True, kw_only=True)
class VerifyRollUps:
    """Recounts the roll-ups of one verification. Call `begin` first, `count` for all payments, and `check` last.

    Cells for a change from a status to the same status are not checked. Only older releases counted such changes.
    """

    reads: VerificationReads
    _before: Days = field(default_factory=dict)
    _least: Days = field(default_factory=dict)
    _most: Days = field(default_factory=dict)
    _extras: list[Finding] = field(default_factory=list)
    _open: set[tuple[date, str]] = field(default_factory=set)

    async def begin(self) -> None:
        """Reads the roll-ups. Must be called before the scan."""
        self._before = await self._read()

    def count(
        self,
        page: Sequence[StoredPayment],
        changes: Mapping[str, Sequence[PaymentChange]],
        records: Mapping[str, Sequence[AuditEntry]],
        waiting: Collection[str],
    ) -> None:
        """Counts the events of these payments from their `changes` and from their audit records.

        Audit records add only those events that `changes` lack. If a payment is in `waiting`, the roll-ups may lack its
        events.
        """
        own = [change for stored in page for change in changes[stored.id]]
        _add(self._least, (_without_disputes(change) for change in own if change.payment_id not in waiting))
        _add(self._most, own)
        audited = (_only_audited(stored, changes[stored.id], records[stored.id]) for stored in page)
        _add(self._most, (more for of_payment in audited for more in of_payment))

    def leave_open(self, records: Iterable[AuditEntry]) -> None:
        """Allows higher counts on the days of these audit records, because their payments cannot be read."""
        for body in map(payment_body, records):
            self._open |= {(event.at.date(), body.merchant_id) for event in body.items} if body else set()

    async def check(self, findings: Findings) -> None:
        """Compares the recount with the current roll-ups and adds the violations to `findings`."""
        self._extras.clear()
        after = await self._read()
        findings.looked(Invariant.ROLLED_UP, 0, self._extras)
        for key in self._most.keys() | after.keys() | self._before.keys():
            cells = self._most.get(key, {}).keys() | after.get(key, {}).keys() | self._before.get(key, {}).keys()
            counted = sorted(cell for cell in cells if cell.is_change)
            broken = [found for cell in counted if (found := self._broken(after, key, cell))]
            findings.looked(Invariant.ROLLED_UP, 1, broken)

    def _broken(self, after: Days, key: RollUpKey, cell: RollUpDimensions) -> Finding | None:
        before, present = _of(self._before, key, cell), _of(after, key, cell)
        least, most = _of(self._least, key, cell), _of(self._most, key, cell)
        if _is_at_most(least, present) and ((key.day, key.merchant_id) in self._open or _is_at_most(before, most)):
            return None
        return CellDiffers(
            day=key.day.isoformat(),
            merchant_id=key.merchant_id,
            path="/".join(key.path),
            cell=" ".join(part for part in cell if part),
            counted=present.count,
            amount=present.amount,
            expected=most.count,
            expected_amount=most.amount,
        )

    async def _read(self) -> Days:
        days: Days = {}
        after_id = ""
        while page := await self.reads.roll_ups(after_id, DAYS_MAX):
            for found in page:
                self._extras += [RollUpExtra(roll_up_id=found.id, extra=extra) for extra in found.extras]
                _sum(days.setdefault(found.key, {}), found.cells)
            after_id = page[-1].id
        return days


def _without_disputes(change: PaymentChange) -> PaymentChange:
    if all(event.type is not EventType.PAYMENT_DISPUTED for event in change.items):
        return change
    return replace(change, items=tuple(e for e in change.items if e.type is not EventType.PAYMENT_DISPUTED))


def _only_audited(
    stored: StoredPayment, changes: Sequence[PaymentChange], records: Sequence[AuditEntry]
) -> Iterator[PaymentChange]:
    known = {event.id for change in changes for event in change.items}
    states = tuple(refund.state for refund in stored.refunds)
    for record in records:
        body = payment_body(record)
        items = tuple(event for event in body.items if event.id not in known) if body else ()
        if items:
            yield replace(changes[0], version=record.version, items=items, refunds=states)


def _add(days: Days, changes: Iterable[PaymentChange]) -> None:
    for key, cells in roll_up(changes).items():
        _sum(days.setdefault(key, {}), cells)


def _sum(present: dict[RollUpDimensions, CountAndSum], cells: Mapping[RollUpDimensions, CountAndSum]) -> None:
    for cell, tally in cells.items():
        sum_ = present.setdefault(cell, CountAndSum())
        sum_.count += tally.count
        sum_.amount += tally.amount


def _of(days: Days, key: RollUpKey, cell: RollUpDimensions) -> CountAndSum:
    return days.get(key, {}).get(cell, CountAndSum())


def _is_at_most(less: CountAndSum, more: CountAndSum) -> bool:
    return less.count <= more.count and less.amount <= more.amount
