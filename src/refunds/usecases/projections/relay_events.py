"""Applies the changes of the feed to the read models, each change exactly once.

The reporting-engine's loop calls this module. One call is one step. The step reads a batch, builds the updates, and
applies them together with the offset. If the stream no longer has the changes after the offset, the relay scans all
payments. Then it rebuilds the missing changes from the histories. Several relays may run. One leads, and the others
check whether the stored position still moves.

During a rebuild the relay also scans the payments, a few pages between two batches of the stream. The scan fills the
next generation (see `rebuild_positions`), which becomes current after the scan. Then the relay deletes the documents of
the previous generation in steps.

A change that cannot be read is rebuilt from its payment's history. If that fails, or if the store refuses the updates,
the payment is quarantined and retried later. The later changes of a quarantined payment wait too. So no payment blocks
others, and no change is applied out of order. If the quarantine is full, the relay stops with QuarantineFull.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.clock import Clock
from refunds.ports.payments.payment_scan import PaymentScan, Unreadable
from refunds.ports.projections.feed import Feed, FeedBatch, HistoryLost
from refunds.ports.projections.quarantine import QuarantineStore
from refunds.ports.projections.read_models import (
    NO_UPDATES,
    AlreadyApplied,
    Phase,
    Position,
    ReadModels,
    ReadModelUpdates,
    RelaySuperseded,
    UpdatesUnfit,
)
from refunds.usecases.projections.changes_from_history import (
    DATA_ERRORS,
    ChangesFromHistory,
    by_payment,
    joined,
    rebuild_changes,
    without_repeats,
)
from refunds.usecases.projections.leader_election import LeaderElection
from refunds.usecases.projections.project_changes import build_missing_updates, build_updates
from refunds.usecases.projections.quarantine import Quarantine
from refunds.usecases.projections.rebuild_positions import for_next_generation, rebuild_ordered, scan_begun, scan_ended
from refunds.usecases.projections.status_counts import StatusCounts, count_statuses

PERMANENT_ERRORS = (AlreadyApplied, UpdatesUnfit, *DATA_ERRORS)
"""Errors that make an update fail however often the update is retried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayBounds:
    """The bounds of the relay.

    If the stored position does not move for `polls_before_takeover` polls, another relay takes the lead. Quarantined
    payments are retried every `retry_every`, at most `retried_payments_max` per step. Between two batches of the
    stream, a rebuild makes `rebuild_steps_max` steps. It makes only one step if the last batch had at least
    `busy_changes_min` changes.
    """

    scanned_payments_max: int = 200
    empty_takes_before_save: int = 2
    polls_before_takeover: int = 6
    retried_payments_max: int = 200
    retry_every: timedelta = timedelta(minutes=5)
    emptied_documents_max: int = 1_000
    rebuild_steps_max: int = 10
    busy_changes_min: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderStep:
    """The result of one step.

    `is_caught_up` is True if no change was left. `is_retry` is True if only quarantined payments were retried.
    `from_history` has the ids of payments with a change that was rebuilt from the history. `quarantined` has the
    payments whose changes could not be applied. `quarantined_count` is the number of payments in quarantine, or None if
    they were not counted. `statuses` counts the refunds to which changes of the stream gave a new status.
    """

    changes: int = 0
    events: int = 0
    is_leading: bool = True
    is_caught_up: bool = False
    is_retry: bool = False
    from_history: Sequence[str] = ()
    statuses: StatusCounts = field(default_factory=dict)
    quarantined: Sequence[Unreadable] = ()
    quarantined_count: int | None = None


FOLLOWING = ReaderStep(is_leading=False)


@dataclass(slots=True, kw_only=True)
class RelayEvents:
    """The use case with its dependencies. `name` identifies this relay.

    As far as this relay knows, all changes up to `reached` are applied. `reached` is None before the first step.
    """

    feed: Feed
    models: ReadModels
    scan: PaymentScan
    quarantine_store: QuarantineStore
    clock: Clock
    name: str
    bounds: RelayBounds = RelayBounds()
    reached: datetime | None = None
    _position: Position | None = None
    _empty_takes: int = 0
    _rebuild_steps_left: int = 0
    _election: LeaderElection = field(init=False)
    _quarantine: Quarantine = field(init=False)

    def __post_init__(self) -> None:
        self._quarantine = Quarantine(
            quarantine_store=self.quarantine_store,
            scan=self.scan,
            clock=self.clock,
            retried_payments_max=self.bounds.retried_payments_max,
            retry_every=self.bounds.retry_every,
        )
        self._election = LeaderElection(name=self.name, polls_before_takeover=self.bounds.polls_before_takeover)

    async def __call__(self) -> ReaderStep:
        """Runs one step. Raises QuarantineFull or errors of the store."""
        position = self._position
        if position is None:
            position = await self.models.position()
            self.reached = self.models.time_of(position.read_to or position.start_at)
            if not self._election.may_lead(position):
                return FOLLOWING
            await self._quarantine.load()
        self._position = None
        try:
            return await self._step(position)
        except RelaySuperseded:
            return FOLLOWING

    async def resign(self) -> None:
        """Lets another relay lead at once. Called when the process stops cleanly."""
        position, self._position = self._position, None
        if position is not None:
            await self.models.apply(replace(position, holder=""), NO_UPDATES)

    async def _step(self, position: Position) -> ReaderStep:
        if position.phase is Phase.CLEARING:
            await self._move(rebuild_ordered(position))
            return ReaderStep()
        if position.phase is Phase.SCANNING:
            is_in_the_way = position.is_building and not position.is_spare_empty
            return await (self._empty(position) if is_in_the_way else self._scan(position))
        if self._quarantine.is_retry_due():
            return await self._retry(position)
        if self._rebuild_steps_left and (position.is_building or not position.is_spare_empty):
            self._rebuild_steps_left -= 1
            return await (self._scan(position) if position.is_filling else self._empty(position))
        try:
            return await self._follow(position)
        except HistoryLost:
            await self._move(scan_begun(position, await self.models.moment()))
            return ReaderStep()

    async def _empty(self, position: Position) -> ReaderStep:
        """Deletes some of the documents of the generation that is no longer used."""
        moving = replace(position, holder=self.name)
        deleted = await self.models.empty_spare(moving, self.bounds.emptied_documents_max)
        moved = replace(moving, seq=moving.seq + 1)
        if deleted:
            self._position = moved
        else:
            await self._move(replace(moved, is_spare_empty=True))
        return ReaderStep()

    async def _scan(self, position: Position) -> ReaderStep:
        seen = max(position.read_to, position.start_at)
        page = await self.scan.page(position.scanned_to, self.bounds.scanned_payments_max, not_before=seen)
        if not page.scanned_to:
            await self._move(scan_ended(position, await self.models.moment()))
            self._quarantine.retry_soon()
            return ReaderStep()
        rebuilt = rebuild_changes(self._quarantine.passing(page))
        unfit = await self._apply(position, replace(position, scanned_to=page.scanned_to), rebuilt)
        return ReaderStep(changes=len(rebuilt.changes), quarantined=unfit)

    async def _retry(self, position: Position) -> ReaderStep:
        """Retries quarantined payments with their waiting changes."""
        tried, rebuilt = await self._quarantine.next_tried()
        still = await self._apply(position, position, rebuilt)
        await self._quarantine.tried(tried, still)
        return ReaderStep(is_retry=True, quarantined=still, quarantined_count=self._quarantine.count)

    async def _follow(self, position: Position) -> ReaderStep:
        batch = await self.feed.take(position)
        is_busy = len(batch.changes) >= self.bounds.busy_changes_min
        self._rebuild_steps_left = 1 if is_busy else self.bounds.rebuild_steps_max
        if not batch.changes and not batch.unreadable:
            return await self._stay(position, batch)
        unfit = await self._apply_batch(position, batch)
        changes = batch.changes
        self.reached = changes[-1].items[-1].at if changes else self.models.time_of(batch.read_to)
        return ReaderStep(
            changes=len(changes),
            events=sum(len(change.items) for change in changes),
            from_history=batch.unreadable,
            statuses=count_statuses(changes),
            quarantined=unfit,
        )

    async def _apply_batch(self, position: Position, batch: FeedBatch) -> Sequence[Unreadable]:
        """Applies a batch and returns the payments that could not be applied."""
        moved = replace(position, token=batch.token, read_to=batch.read_to)
        changes, waiting = self._quarantine.parted(batch.changes)
        await self._quarantine.put((), waiting)
        unreadable = self._quarantine.without(batch.unreadable)
        if unreadable:
            remade = rebuild_changes(await self.scan.page_of(unreadable))
            rebuilt = replace(remade, changes=joined(changes, remade.changes))
            return await self._apply(position, moved, rebuilt, changes)
        if not position.may_repeat:
            try:
                await self._move(moved, build_updates(changes))
            except PERMANENT_ERRORS:
                pass
            else:
                return ()
        return await self._apply(position, moved, ChangesFromHistory(changes=without_repeats(changes)), changes)

    async def _apply(
        self, position: Position, moved: Position, rebuilt: ChangesFromHistory, streamed: Sequence[PaymentChange] = ()
    ) -> Sequence[Unreadable]:
        """Applies the missing updates and quarantines the payments that cannot be read or applied."""
        await self._quarantine.put(rebuilt.unreadable, streamed)
        changes, _ = self._quarantine.parted(rebuilt.changes) if streamed else (rebuilt.changes, ())
        try:
            await self._move(moved, *await self._missing(position, moved, changes))
        except PERMANENT_ERRORS:
            return [*rebuilt.unreadable, *await self._apply_separately(position, moved, changes, streamed)]
        return rebuilt.unreadable

    async def _apply_separately(
        self,
        position: Position,
        moved: Position,
        changes: Sequence[PaymentChange],
        streamed: Sequence[PaymentChange],
    ) -> Sequence[Unreadable]:
        """Applies each payment's changes in a separate transaction, and then moves the position."""
        unfit: list[Unreadable] = []
        for payment_id, own in by_payment(changes).items():
            try:
                updates = await self._missing(position, moved, own)
                if not all(each.is_empty for each in updates):
                    position = await self._move(position, *updates)
            except PERMANENT_ERRORS as error:
                unfit.append(Unreadable(payment_id=payment_id, reason=f"{type(error).__name__} in its updates"))
        await self._quarantine.put(unfit, streamed)
        await self._move(replace(moved, seq=position.seq))
        return unfit

    async def _stay(self, position: Position, batch: FeedBatch) -> ReaderStep:
        """Stores the position from time to time even without changes, so that the position never becomes too old."""
        self._empty_takes += 1
        moved = replace(position, token=batch.token, read_to=batch.read_to)
        if self._empty_takes < self.bounds.empty_takes_before_save:
            self._position = moved
        else:
            await self._move(moved)
        self.reached = self.clock.now()
        return ReaderStep(is_caught_up=True)

    async def _missing(
        self, position: Position, moved: Position, changes: Sequence[PaymentChange]
    ) -> tuple[ReadModelUpdates, ReadModelUpdates]:
        """Returns the missing updates for the current generation, then those for the next generation."""
        current, filled = NO_UPDATES, for_next_generation(moved, changes)
        is_rebuild = moved.phase is Phase.STREAMING and moved.scanned_to != position.scanned_to
        if not is_rebuild:
            current = build_missing_updates(changes, await self.models.applied(changes, moved.generation))
        if not filled:
            return current, NO_UPDATES
        applied = await self.models.applied(filled, moved.next_generation)
        filling = build_missing_updates(filled, applied)
        if is_rebuild:
            last = {payment_id: max(versions) for payment_id, versions in applied.audited.items()}
            gaps = [entry for entry in filling.audit if entry.version < last.get(entry.subject, 0)]
            current = replace(NO_UPDATES, audit=gaps)
        return current, replace(filling, audit=())

    async def _move(
        self, moved: Position, updates: ReadModelUpdates = NO_UPDATES, filling: ReadModelUpdates = NO_UPDATES
    ) -> Position:
        self._empty_takes = 0
        moving = replace(moved, holder=self.name)
        await self.models.apply(moving, updates, filling)
        self._position = replace(moving, seq=moving.seq + 1)
        return self._position
