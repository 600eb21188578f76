"""Stores the read models in the simulated database. It passes the same contract tests as the MongoDB adapter.

Each batch is one transaction, which also moves the relay's offset. The list, the roll-ups and the ledger have two
collections each, as in MongoDB.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace
from pymongo.errors import PyMongoError

from refunds.adapters.memory.audit.audit_log import KeyTaken, append_audit
from refunds.adapters.memory.client import Client, Transaction
from refunds.adapters.memory.database import MemoryDatabase, time_of
from refunds.adapters.memory.line import DIRECT, Line
from refunds.adapters.memory.projections.positions import move_position, move_within, read_position
from refunds.adapters.mongo.projections.offsets import POSITION_ID
from refunds.adapters.mongo.projections.read_model_documents import CELL_SEPARATOR
from refunds.adapters.mongo.read_model_schema import (
    GENERATIONAL,
    LEDGER,
    REFUND_LIST,
    ROLL_UPS,
    of_generation,
)
from refunds.domain.audit.hash_chain import AuditEntry
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.domain.ledger.ledger import LedgerEntry, entry_id
from refunds.domain.ledger.roll_ups import CountAndSum, RollUpDimensions, RollUpKey
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.audit.verification_reads import RolledUp
from refunds.ports.projections.read_models import (
    COUNTED_MAX,
    NO_UPDATES,
    AlreadyApplied,
    Applied,
    Listed,
    ListedRefund,
    Position,
    ReadModelUpdates,
    UpdatesUnfit,
)


@dataclass(slots=True)
class Generation:
    """The content of one generation of read models, for tests. `roll_ups` has pairs of count and amount."""

    rows: dict[str, ListedRefund] = field(default_factory=dict)
    ledger: dict[str, LedgerEntry] = field(default_factory=dict)
    roll_ups: dict[tuple[RollUpKey, RollUpDimensions], tuple[int, int]] = field(default_factory=dict)


class MemoryReadModels:
    """See `ports.projections.read_models`.

    If the changes do not come from the database, the caller passes `moment`. Then `moment` is used instead of the
    database's logical time.
    """

    def __init__(
        self,
        database: MemoryDatabase | None = None,
        line: Line = DIRECT,
        *,
        moment: Callable[[], int] | None = None,
    ) -> None:
        self._database = database or MemoryDatabase()
        self._client = Client(self._database, line)
        self._moment = moment or self._database.moment
        self._is_moment_given = moment is not None

    async def position(self) -> Position:
        """See the port."""
        try:
            first = self._moment() if self._is_moment_given else None
            return await read_position(self._client, POSITION_ID, first)
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def moment(self) -> int:
        """See the port."""
        try:
            return await self._client.read("mongo.moment", self._moment)
        except PyMongoError as error:
            raise StoreUnavailable from error

    def time_of(self, moment: int) -> datetime:
        """See the port."""
        return time_of(moment << 32 if self._is_moment_given else moment)

    async def applied(self, changes: Sequence[PaymentChange], generation: int = 0) -> Applied:
        """See the port."""
        try:
            return await self._client.read("mongo.read_models.applied", lambda: self._applied(changes, generation))
        except PyMongoError as error:
            raise StoreUnavailable from error

    def _applied(self, changes: Sequence[PaymentChange], generation: int) -> Applied:
        ledger: Mapping[str, LedgerEntry] = self._database.tables[of_generation(LEDGER, generation)].majority
        rows: Mapping[str, ListedRefund] = self._database.tables[of_generation(REFUND_LIST, generation)].majority
        listed: dict[str, Listed] = {}
        posted: dict[str, None] = {}
        audited: dict[str, frozenset[int]] = {}
        for change in changes:
            for event in change.items:
                entry = entry_id(event.id)
                if entry in ledger:
                    posted[entry] = None
            for state in change.refunds:
                row = rows.get(state.id)
                if row is not None:
                    listed[state.id] = Listed(version=row.version, counted=row.counted)
            versions = self._database.audit_log.versions_of(change.payment_id)
            if versions:
                audited[change.payment_id] = frozenset(versions)
        return Applied(listed=listed, posted=posted, audited=audited)

    async def apply(self, moved: Position, updates: ReadModelUpdates, filling: ReadModelUpdates = NO_UPDATES) -> None:
        """See `ports.projections.read_models`.

        Raises OutcomeUnknown if it is not known whether the updates are stored.
        """

        def work(transaction: Transaction) -> None:
            move_within(transaction, moved)
            self._write(transaction, updates, moved.generation)
            self._write(transaction, filling, moved.next_generation)

        try:
            if updates.is_empty and filling.is_empty:
                await move_position(self._client, moved, POSITION_ID)
            else:
                await self._client.transaction("mongo.read_models.apply", work)
        except KeyTaken as error:
            raise AlreadyApplied from error
        except PyMongoError as error:
            raise OutcomeUnknown from error

    def _write(self, transaction: Transaction, updates: ReadModelUpdates, generation: int) -> None:
        if self._database.unfit and any(each.row.payment_id in self._database.unfit for each in updates.rows):
            raise UpdatesUnfit
        name = of_generation(ROLL_UPS, generation)
        for key, cells in (updates.roll_ups or {}).items():
            _raise_cells(transaction, name, key, cells)
        name = of_generation(LEDGER, generation)
        for entry in updates.ledger:
            _insert(transaction, name, entry.id, entry)
        append_audit(self._database, transaction, updates.audit)
        name = of_generation(REFUND_LIST, generation)
        for listed in updates.rows:
            if listed.is_new:
                counted = listed.counted[-COUNTED_MAX:]
                _insert(transaction, name, listed.row.id, replace(listed, is_new=False, counted=counted))
        for listed in updates.rows:
            if not listed.is_new:
                _relist(transaction, name, listed)

    async def empty_spare(self, moved: Position, documents_max: int) -> int:
        """See `ports.projections.read_models`.

        Raises OutcomeUnknown if it is not known whether the deletion is stored.
        """

        def work(transaction: Transaction) -> int:
            move_within(transaction, moved)
            deleted = 0
            for each in GENERATIONAL:
                name = of_generation(each, moved.next_generation)
                for key in list(self._database.tables[name].local)[: documents_max - deleted]:
                    transaction.put(name, key, None)
                    deleted += 1
            return deleted

        try:
            return await self._client.transaction("mongo.read_models.empty_spare", work)
        except PyMongoError as error:
            raise OutcomeUnknown from error

    @property
    def current(self) -> Generation:
        """Returns the current generation from the primary's documents."""
        return self._generation(0)

    @property
    def spare(self) -> Generation:
        """Returns the next generation, which a rebuild fills, from the primary's documents."""
        return self._generation(1)

    @property
    def audit(self) -> list[AuditEntry]:
        """Returns the entries of all records in the audit log."""
        return [record.entry for record in self._database.audit_log.local.values()]

    def _generation(self, beside: int) -> Generation:
        tables = self._database.tables
        position: Position | None = tables["positions"].local.get(POSITION_ID)
        generation = (0 if position is None else position.generation) + beside
        rolled_up: Mapping[str, RolledUp] = tables[of_generation(ROLL_UPS, generation)].local
        return Generation(
            rows=dict(tables[of_generation(REFUND_LIST, generation)].local),
            ledger=dict(tables[of_generation(LEDGER, generation)].local),
            roll_ups={
                (day.key, cell): (tally.count, tally.amount)
                for day in rolled_up.values()
                for cell, tally in day.cells.items()
            },
        )


def _insert(transaction: Transaction, name: str, key: str, value: object) -> None:
    if transaction.get(name, key) is not None:
        raise KeyTaken
    transaction.put(name, key, value)


def _relist(transaction: Transaction, name: str, listed: ListedRefund) -> None:
    """Updates a row that exists. Does nothing if the row is missing, like an update without upsert."""
    before: ListedRefund | None = transaction.get(name, listed.row.id)
    if before is None:
        return
    counted = tuple(sorted((*before.counted, *listed.counted))[-COUNTED_MAX:])
    if listed.is_outdated:
        transaction.put(name, listed.row.id, replace(before, counted=counted))
        return
    new = listed.row
    row = replace(before.row, status=new.status, status_reason=new.status_reason, updated_at=new.updated_at)
    transaction.put(name, new.id, replace(before, row=row, version=listed.version, counted=counted))


def _raise_cells(
    transaction: Transaction, name: str, key: RollUpKey, raised: Mapping[RollUpDimensions, CountAndSum]
) -> None:
    day_id = f"{key.day.isoformat()}{CELL_SEPARATOR}{key.merchant_id}"
    before: RolledUp | None = transaction.get(name, day_id)
    cells = dict(before.cells) if before is not None else {}
    for cell, tally in raised.items():
        known = cells.get(cell)
        cells[cell] = tally if known is None else CountAndSum(known.count + tally.count, known.amount + tally.amount)
    transaction.put(name, day_id, RolledUp(id=day_id, key=key if before is None else before.key, cells=cells))
