"""Planted bugs in the feed's readers, which fill the list, roll-ups, ledger, audit log, event bus and anchors."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace
from pymongo.errors import PyMongoError

from refunds.adapters.memory.audit.audit_log import KeyTaken
from refunds.adapters.memory.projections import positions, read_models
from refunds.adapters.memory.projections.event_bus import MemoryEventBus
from refunds.adapters.memory.projections.quarantine import MemoryQuarantineStore
from refunds.adapters.memory.projections.read_models import MemoryReadModels
from refunds.adapters.mongo.projections.offsets import POSITION_ID
from refunds.adapters.mongo.read_model_schema import GENERATIONAL, of_generation
from refunds.domain.errors import OutcomeUnknown
from refunds.domain.ledger.roll_ups import roll_up
from refunds.ports.projections.event_bus import BusUnavailable
from refunds.ports.projections.quarantine import QuarantineFull
from refunds.ports.projections.read_models import NO_UPDATES, AlreadyApplied
from refunds.usecases.audit import anchor_audit
from refunds.usecases.projections import project_changes, publish_events, relay_events
from refunds.usecases.projections.quarantine import Quarantine
from refunds_simulation.bugs.patching import Bug, instead


@contextmanager
def _position_before_updates() -> Iterator[None]:
    """Plants the bug that a reader moves its position in a first write, and stores the updates in a second write."""

    async def apply(self: MemoryReadModels, moved: Any, updates: Any, filling: Any = NO_UPDATES) -> None:
        def work(transaction: Any) -> None:
            self._write(transaction, updates, moved.generation)
            self._write(transaction, filling, moved.next_generation)

        try:
            await positions.move_position(self._client, moved, POSITION_ID)
            await self._client.transaction("mongo.read_models.apply", work)
        except KeyTaken as error:
            raise AlreadyApplied from error
        except PyMongoError as error:
            raise OutcomeUnknown from error

    with instead(MemoryReadModels, "apply", apply):
        yield


@contextmanager
def _position_not_fenced() -> Iterator[None]:
    """Plants the bug that a reader still writes after another reader has moved the position."""

    def move_within(transaction: Any, moved: Any, reader: str = POSITION_ID) -> None:
        present = transaction.get(positions.POSITIONS, reader)
        transaction.put(positions.POSITIONS, reader, replace(moved, seq=max(present.seq, moved.seq) + 1))

    with instead(read_models, "move_within", move_within):
        yield


@contextmanager
def _rebuild_not_fenced() -> Iterator[None]:
    """Plants the bug that a reader still deletes the next generation after another reader has moved the position."""

    async def empty_spare(self: MemoryReadModels, moved: Any, documents_max: int) -> int:
        def work(transaction: Any) -> int:
            names = [of_generation(each, moved.next_generation) for each in GENERATIONAL]
            keys = [(name, key) for name in names for key in self._database.tables[name].local][:documents_max]
            for name, key in keys:
                transaction.put(name, key, None)
            return len(keys)

        try:
            deleted = await self._client.transaction("mongo.read_models.empty_spare", work)
            await positions.move_position(self._client, moved, POSITION_ID)
        except PyMongoError as error:
            raise OutcomeUnknown from error
        return deleted

    with instead(MemoryReadModels, "empty_spare", empty_spare):
        yield


@contextmanager
def _ledger_doubled() -> Iterator[None]:
    right = project_changes.build_missing_updates

    def missing(changes: Any, applied: Any) -> Any:
        updates = right(changes, applied)
        again = [replace(entry, id=f"{entry.id}_again") for entry in project_changes.ledger_entries(changes)]
        return replace(updates, ledger=again)

    with instead(relay_events, "build_missing_updates", missing):
        yield


@contextmanager
def _roll_ups_twice() -> Iterator[None]:
    right = project_changes.build_missing_updates

    def missing(changes: Any, applied: Any) -> Any:
        return replace(right(changes, applied), roll_ups=roll_up(changes))

    with instead(relay_events, "build_missing_updates", missing):
        yield


@contextmanager
def _audit_skipped() -> Iterator[None]:
    right = project_changes.build_missing_updates

    def missing(changes: Any, applied: Any) -> Any:
        return replace(right(changes, applied), audit=[])

    with instead(relay_events, "build_missing_updates", missing):
        yield


@contextmanager
def _high_water_marks() -> Iterator[None]:
    """Plants the bug that every version below the highest stored version counts as stored."""
    right = project_changes.build_missing_updates

    def missing(changes: Any, applied: Any) -> Any:
        audited = {key: frozenset(range(max(stored) + 1)) for key, stored in applied.audited.items()}
        listed = {key: _Below(row) for key, row in applied.listed.items()}
        return right(changes, replace(applied, audited=audited, listed=listed))

    with (
        instead(Quarantine, "parted", lambda _, changes: (changes, ())),
        instead(relay_events, "build_missing_updates", missing),
    ):
        yield


class _Below:
    """A row of the list that claims to contain every version up to the row's own version."""

    def __init__(self, row: Any) -> None:
        self.version = row.version

    def holds(self, version: int) -> bool:
        """Returns whether `version` is not later than the row's version."""
        return version <= int(self.version)


@contextmanager
def _history_lost_skipped() -> Iterator[None]:
    def follow_from_now(position: Any, moment: int) -> Any:
        return replace(position, token=f"{moment:016x}", read_to=moment)

    with instead(relay_events, "scan_begun", follow_from_now), instead(publish_events, "scan_again", follow_from_now):
        yield


@contextmanager
def _quarantine_drops() -> Iterator[None]:
    right = MemoryQuarantineStore.put

    async def put(self: MemoryQuarantineStore, *of: Any) -> None:
        try:
            await right(self, *of)
        except QuarantineFull:
            return

    with instead(MemoryQuarantineStore, "put", put):
        yield


@contextmanager
def _bus_event_lost() -> Iterator[None]:
    right = MemoryEventBus.publish

    async def publish(self: MemoryEventBus, events: Sequence[Any]) -> None:
        try:
            await right(self, events)
        except BusUnavailable:
            return

    with instead(MemoryEventBus, "publish", publish):
        yield


@contextmanager
def _chain_behind_anchored() -> Iterator[None]:
    async def unchecked(*_: Any) -> Sequence[str]:
        return ()

    with instead(anchor_audit, "check_anchored", unchecked):
        yield


BUGS = (
    Bug(
        name="position_outside_the_transaction",
        breaks="A reader's position moves before its updates are applied.",
        apply=_position_before_updates,
    ),
    Bug(
        name="position_not_fenced",
        breaks="A reader with an outdated position still applies updates.",
        apply=_position_not_fenced,
        situations=frozenset({"reader_overtaken"}),
    ),
    Bug(
        name="rebuild_not_fenced",
        breaks="A reader that was paused during a rebuild empties what another one has filled since.",
        apply=_rebuild_not_fenced,
        situations=frozenset({"reader_overtaken"}),
    ),
    Bug(
        name="ledger_entry_doubled",
        breaks="A repeated change is posted again.",
        apply=_ledger_doubled,
    ),
    Bug(
        name="roll_ups_counted_twice",
        breaks="A repeated change is counted again.",
        apply=_roll_ups_twice,
    ),
    Bug(
        name="audit_record_skipped",
        breaks="A repeated change is not written to the audit log, although it may be missing there.",
        apply=_audit_skipped,
    ),
    Bug(
        name="skipped_version_applied",
        breaks="Later versions of a payment in quarantine are applied, and the missing ones count as stored.",
        apply=_high_water_marks,
    ),
    Bug(
        name="lost_history_skipped",
        breaks="A reader whose offset the stream no longer has continues from now.",
        apply=_history_lost_skipped,
    ),
    Bug(
        name="quarantine_drops",
        breaks="Payments that do not fit into the quarantine are dropped.",
        apply=_quarantine_drops,
        situations=frozenset({"quarantine_overflows"}),
    ),
    Bug(
        name="bus_event_lost",
        breaks="Events that the bus did not confirm are not published again.",
        apply=_bus_event_lost,
    ),
    Bug(
        name="chain_behind_its_anchor_anchored",
        breaks="A truncated audit chain is anchored again.",
        apply=_chain_behind_anchored,
    ),
)
