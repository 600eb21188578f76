"""The read models and the relay's position in memory: the double of those on the database, under the same contract.

Called by tests. Nothing is awaited within a method, so each is one step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from refunds.domain.audit import AuditEntry
from refunds.domain.changes import PaymentChange
from refunds.domain.ledger import LedgerEntry, entry_id
from refunds.domain.roll_ups import Cell, RollUpKey
from refunds.ports.read_models import (
    COUNTED_MAX,
    NO_UPDATES,
    AlreadyApplied,
    Applied,
    Listed,
    ListedRefund,
    Phase,
    Position,
    ReadModelUpdates,
    RelaySuperseded,
)


@dataclass(slots=True)
class Generation:
    """List, ledger and roll-ups as (count, amount)."""

    rows: dict[str, ListedRefund] = field(default_factory=dict)
    ledger: dict[str, LedgerEntry] = field(default_factory=dict)
    roll_ups: dict[tuple[RollUpKey, Cell], tuple[int, int]] = field(default_factory=dict)

    def add(self, updates: ReadModelUpdates) -> None:
        """All of it."""
        self.ledger |= {entry.id: entry for entry in updates.ledger}
        for listed in updates.rows:
            self._list(listed)
        for key, cells in (updates.roll_ups or {}).items():
            for cell, tally in cells.items():
                count, amount = self.roll_ups.get((key, cell), (0, 0))
                self.roll_ups[key, cell] = (count + tally.count, amount + tally.amount)

    def _list(self, listed: ListedRefund) -> None:
        before = self.rows.get(listed.row.id)
        if before is None:
            if listed.is_new:
                self.rows[listed.row.id] = replace(listed, is_new=False)
            return
        shown = before if listed.is_outdated else listed
        counted = tuple(sorted((*before.counted, *listed.counted))[-COUNTED_MAX:])
        self.rows[listed.row.id] = replace(shown, is_new=False, counted=counted)

    def holds_of(self, updates: ReadModelUpdates) -> bool:
        """Whether something of it would be there twice."""
        is_posted = any(entry.id in self.ledger for entry in updates.ledger)
        return is_posted or any(listed.is_new and listed.row.id in self.rows for listed in updates.rows)


class MemoryReadModels:
    """See `ports.read_models`."""

    def __init__(self, moment: Callable[[], int]) -> None:
        self._moment = moment
        self._position: Position | None = None
        self._places = (Generation(), Generation())
        self.audit: list[AuditEntry] = []

    @property
    def current(self) -> Generation:
        """What is read."""
        return self._of(0 if self._position is None else self._position.generation)

    @property
    def spare(self) -> Generation:
        """The other place."""
        return self._of(1 if self._position is None else self._position.next_generation)

    def _of(self, generation: int) -> Generation:
        return self._places[generation % 2]

    async def position(self) -> Position:
        """See the port."""
        if self._position is None:
            self._position = Position(seq=0, phase=Phase.WALKING, start_at=self._moment())
        return self._position

    async def moment(self) -> int:
        """See the port."""
        return self._moment()

    def time_of(self, moment: int) -> datetime:
        """See the port."""
        return datetime.fromtimestamp(moment, UTC)

    async def applied(self, changes: Sequence[PaymentChange], generation: int = 0) -> Applied:
        """See the port."""
        place = self._of(generation)
        entries = {entry_id(event.id) for change in changes for event in change.items}
        refunds = {state.id for change in changes for state in change.refunds}
        payments = {change.payment_id for change in changes}
        audited: dict[str, set[int]] = {}
        for entry in self.audit:
            if entry.subject in payments:
                audited.setdefault(entry.subject, set()).add(entry.version)
        return Applied(
            listed={
                row.row.id: Listed(version=row.version, counted=row.counted)
                for row in place.rows.values()
                if row.row.id in refunds
            },
            posted=entries & place.ledger.keys(),
            audited=audited,
        )

    async def apply(self, moved: Position, updates: ReadModelUpdates, filling: ReadModelUpdates = NO_UPDATES) -> None:
        """See the port."""
        self._check(moved)
        current, following = self._of(moved.generation), self._of(moved.next_generation)
        told = {(entry.subject, entry.version) for entry in self.audit}
        if any((entry.subject, entry.version) in told for entry in updates.audit):
            raise AlreadyApplied
        if current.holds_of(updates) or following.holds_of(filling):
            raise AlreadyApplied
        current.add(updates)
        following.add(filling)
        self.audit += updates.audit
        self._position = replace(moved, seq=moved.seq + 1)

    async def empty_spare(self, moved: Position, documents_max: int) -> int:
        """See the port."""
        self._check(moved)
        deleted, place = 0, self._of(moved.next_generation)
        stores: tuple[dict[object, object], ...] = (place.rows, place.roll_ups, place.ledger)  # type: ignore[assignment]
        for documents in stores:
            for key in list(documents)[: documents_max - deleted]:
                del documents[key]
                deleted += 1
        self._position = replace(moved, seq=moved.seq + 1)
        return deleted

    def _check(self, moved: Position) -> None:
        if self._position is None or self._position.seq != moved.seq:
            raise RelaySuperseded
