"""Computes the updates of list, roll-ups, ledger and audit log from a batch of changes.

The relay calls these pure functions. A refund that changes several times within a batch is written once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from refunds.domain.ledger.ledger import LedgerEntry, entry_id, entry_of
from refunds.domain.ledger.roll_ups import roll_up
from refunds.domain.payment.events import CREATION_EVENTS
from refunds.domain.payment.outbox import PaymentChange, RefundState
from refunds.ports.projections.read_models import Applied, Listed, ListedRefund, ReadModelUpdates
from refunds.ports.projections.refund_lists import RefundRow
from refunds.usecases.audit.audit_codec import payment_entry


def build_updates(changes: Sequence[PaymentChange]) -> ReadModelUpdates:
    """Returns the updates for these changes. Assumes that none of the updates is stored yet."""
    first = {e.refund_id for change in changes for e in change.items if e.type in CREATION_EVENTS}
    return ReadModelUpdates(
        rows=[listed_refund(*last, is_new=last[1].id in first, counted=counted) for last, counted in _latest(changes)],
        roll_ups=roll_up(changes),
        ledger=list(ledger_entries(changes)),
        audit=[payment_entry(change) for change in changes],
    )


def build_missing_updates(changes: Sequence[PaymentChange], applied: Applied) -> ReadModelUpdates:
    """Returns the updates that are not stored yet. `applied` shows what is stored.

    List and roll-ups are checked together. The ledger and the audit log are checked separately. An audit record is
    marked `is_late` if the log already has a later version of the payment. The events of a late record keep their
    times.
    """
    uncounted = [change for change in changes if not _is_counted(change, applied)]
    missing_from_audit = [
        change for change in changes if change.version not in applied.audited.get(change.payment_id, ())
    ]
    return ReadModelUpdates(
        rows=[_missing_row(*last, counted, applied.listed) for last, counted in _latest(uncounted)],
        roll_ups=roll_up(uncounted),
        ledger=[entry for entry in ledger_entries(changes) if entry.id not in applied.posted],
        audit=[payment_entry(change, is_late=_is_late(change, applied)) for change in missing_from_audit],
    )


def _is_counted(change: PaymentChange, applied: Applied) -> bool:
    concerned = {event.refund_id for event in change.items if event.refund_id}
    if concerned:
        rows = (applied.listed.get(refund_id) for refund_id in concerned)
        return any(row is not None and row.holds(change.version) for row in rows)
    if change.version == 1:
        return entry_id(change.items[0].id) in applied.posted
    return change.version in applied.audited.get(change.payment_id, ())


def _is_late(change: PaymentChange, applied: Applied) -> bool:
    return max(applied.audited.get(change.payment_id, ()), default=0) > change.version


def _latest(
    changes: Sequence[PaymentChange],
) -> Iterable[tuple[tuple[PaymentChange, RefundState], tuple[int, ...]]]:
    """Returns for each refund the last change, the state after it, and all versions with events of the refund."""
    last: dict[str, tuple[PaymentChange, RefundState]] = {}
    counted: dict[str, list[int]] = {}
    for change in changes:
        concerned = {event.refund_id for event in change.items}
        for state in change.refunds:
            last[state.id] = (change, state)
            versions = counted.setdefault(state.id, [])
            if state.id in concerned:
                versions.append(change.version)
    return [(shown, tuple(counted[refund_id])) for refund_id, shown in last.items()]


def _missing_row(
    change: PaymentChange, state: RefundState, counted: tuple[int, ...], listed: Mapping[str, Listed]
) -> ListedRefund:
    row = listed.get(state.id)
    is_outdated = row is not None and row.version > change.version
    return listed_refund(change, state, is_new=row is None, counted=counted, is_outdated=is_outdated)


def listed_refund(
    change: PaymentChange,
    state: RefundState,
    is_new: bool,
    *,
    counted: tuple[int, ...] = (),
    is_outdated: bool = False,
) -> ListedRefund:
    """Returns the list row that shows a refund in this state after the change."""
    row = RefundRow(
        id=state.id,
        payment_id=change.payment_id,
        merchant_id=change.merchant_id,
        status=state.status,
        status_reason=state.status_reason,
        amount=state.amount,
        currency=change.currency,
        method=state.method,
        payment_method=change.payment_method,
        gateway=change.gateway,
        reason=state.reason,
        created_by=state.created_by,
        created_at=state.created_at,
        updated_at=state.updated_at,
    )
    return ListedRefund(
        row=row, path=change.path, version=change.version, is_new=is_new, counted=counted, is_outdated=is_outdated
    )


def ledger_entries(changes: Iterable[PaymentChange]) -> Iterator[LedgerEntry]:
    """Yields the ledger entries of these changes."""
    for change in changes:
        for event in change.items:
            entry = entry_of(event, change.payment_id, change.merchant_id, change.currency)
            if entry is not None:
                yield entry
