"""What a batch of changes makes of list, roll-ups, ledger and audit log. Pure; called by the relay.

Writes are combined: a refund that changes several times within a batch is written once.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from refunds.domain.changes import PaymentChange, RefundState
from refunds.domain.events import MADE
from refunds.domain.ledger import LedgerEntry, entry_of
from refunds.domain.roll_ups import roll_up
from refunds.ports.read_models import Applied, ListedRefund, ReadModelUpdates
from refunds.ports.refund_lists import RefundRow
from refunds.usecases.audit_entries import payment_entry


def build_updates(changes: Sequence[PaymentChange]) -> ReadModelUpdates:
    """The updates of changes that no read model holds yet."""
    first = {e.refund_id for change in changes for e in change.items if e.type in MADE}
    return _updates(changes, changes, first)


def build_missing_updates(changes: Sequence[PaymentChange], applied: Applied) -> ReadModelUpdates:
    """The updates of those changes that are not `applied`, read models and audit log each by its own account."""
    unlisted = [change for change in changes if not _is_listed(change, applied)]
    unaudited = [change for change in changes if applied.audited.get(change.payment_id, 0) < change.version]
    states = {state.id for change in unlisted for state in change.refunds}
    return _updates(unlisted, unaudited, states - applied.listed.keys())


def _is_listed(change: PaymentChange, applied: Applied) -> bool:
    if change.refunds:
        return any(applied.listed.get(state.id, 0) >= change.version for state in change.refunds)
    if change.version == 1:
        return change.payment_id in applied.captured
    return applied.audited.get(change.payment_id, 0) >= change.version


def _updates(
    unlisted: Sequence[PaymentChange], unaudited: Sequence[PaymentChange], new: AbstractSet[str]
) -> ReadModelUpdates:
    return ReadModelUpdates(
        rows=_rows(unlisted, new),
        roll_ups=roll_up(unlisted),
        ledger=list(ledger_entries(unlisted)),
        audit=[payment_entry(change) for change in unaudited],
    )


def _rows(changes: Sequence[PaymentChange], new: AbstractSet[str]) -> list[ListedRefund]:
    last: dict[str, tuple[PaymentChange, RefundState]] = {}
    for change in changes:
        for state in change.refunds:
            last[state.id] = (change, state)
    return [listed_refund(change, state, state.id in new) for change, state in last.values()]


def listed_refund(change: PaymentChange, state: RefundState, is_new: bool) -> ListedRefund:
    """The row of a refund that stands like this after the change."""
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
    return ListedRefund(row=row, path=change.path, version=change.version, is_new=is_new)


def ledger_entries(changes: Iterable[PaymentChange]) -> Iterator[LedgerEntry]:
    """The entries that these changes post."""
    for change in changes:
        for event in change.items:
            entry = entry_of(event, change.payment_id, change.merchant_id, change.currency)
            if entry is not None:
                yield entry
