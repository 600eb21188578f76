"""Carries what payments told into the read models, each change exactly once. Called by the reporting-engine's loop.

One call is one step: take a batch, build its updates, apply them together with the place in the stream. Where the
stream does not reach back far enough, all payments are walked and what is missing is made up for from histories. Any
number of relays may run: one holds the position, the others look whether it still moves.
"""

from dataclasses import dataclass, field, replace

from refunds.domain.stored import changes_of
from refunds.ports.clock import Clock
from refunds.ports.feed import Feed, FeedBatch, HistoryLost
from refunds.ports.payment_walk import PaymentWalk
from refunds.ports.read_models import (
    AlreadyApplied,
    Phase,
    Position,
    ReadModels,
    ReadModelUpdates,
    RelaySuperseded,
)
from refunds.usecases.build_updates import build_missing_updates, build_updates
from refunds.usecases.lookout import Lookout


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayBounds:
    """`looks_before_takeover` steps without a move of the holder make another relay the holder."""

    walked_payments_max: int = 200
    empty_takes_before_save: int = 2
    looks_before_takeover: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step did. `lag_s` is the age of the last event applied, None where there was none."""

    changes: int = 0
    events: int = 0
    lag_s: float | None = None
    is_leading: bool = True
    has_more: bool = False


FOLLOWING = Step(is_leading=False)
NOTHING = ReadModelUpdates()


@dataclass(slots=True, kw_only=True)
class RelayEvents:
    """The use case with what it needs. `name` tells this relay from others."""

    feed: Feed
    models: ReadModels
    walk: PaymentWalk
    clock: Clock
    name: str
    bounds: RelayBounds = RelayBounds()
    _position: Position | None = None
    _empty_takes: int = 0
    _lookout: Lookout = field(init=False)

    def __post_init__(self) -> None:
        self._lookout = Lookout(name=self.name, looks_before_takeover=self.bounds.looks_before_takeover)

    async def __call__(self) -> Step:
        """One step. Errors of the store pass through; the next call begins again at the stored position."""
        position = self._position
        if position is None:
            position = await self.models.position()
            if not self._lookout.may_lead(position):
                return FOLLOWING
        self._position = None
        try:
            return await self._step(position)
        except RelaySuperseded:
            return FOLLOWING

    async def resign(self) -> None:
        """Lets the next relay lead without waiting; for a clean stop."""
        position, self._position = self._position, None
        if position is not None:
            await self.models.apply(replace(position, holder=""), NOTHING)

    async def _step(self, position: Position) -> Step:
        if position.phase is Phase.CLEARING:
            await self.models.clear()
            return await self._begin_walk(position)
        if position.phase is Phase.WALKING:
            return await self._walk(position)
        try:
            return await self._follow(position)
        except HistoryLost:
            return await self._begin_walk(position)

    async def _begin_walk(self, position: Position) -> Step:
        await self._move(walk_from(position, await self.models.moment()))
        return Step(has_more=True)

    async def _walk(self, position: Position) -> Step:
        stored = await self.walk.after(position.walked_to, self.bounds.walked_payments_max)
        if not stored:
            until = await self.models.moment()
            await self._move(replace(position, phase=Phase.STREAMING, read_to=position.start_at, filter_until=until))
            return Step(has_more=True)
        changes = [change for payment in stored for change in changes_of(payment)]
        updates = build_missing_updates(changes, await self.models.applied(changes))
        await self._move(replace(position, walked_to=stored[-1].id), updates)
        return Step(changes=len(updates.audit), has_more=True)

    async def _follow(self, position: Position) -> Step:
        batch = await self.feed.take(position)
        if not batch.changes:
            return await self._stay(position, batch)
        await self._take_in(position, batch)
        lag = self.clock.now() - batch.changes[-1].items[-1].at
        return Step(
            changes=len(batch.changes),
            events=sum(len(change.items) for change in batch.changes),
            lag_s=max(lag.total_seconds(), 0.0),
            has_more=True,
        )

    async def _take_in(self, position: Position, batch: FeedBatch) -> None:
        """Applies a batch; looks at what is held already where that is likely, or turns out to be so."""
        moved = replace(position, token=batch.token, read_to=batch.read_to)
        if not position.may_repeat:
            try:
                await self._move(moved, build_updates(batch.changes))
            except AlreadyApplied:
                pass
            else:
                return
        applied = await self.models.applied(batch.changes)
        await self._move(moved, build_missing_updates(batch.changes, applied))

    async def _stay(self, position: Position, batch: FeedBatch) -> Step:
        """Nothing was told: now and then the place is stored all the same, so that it never grows too old."""
        self._empty_takes += 1
        moved = replace(position, token=batch.token, read_to=batch.read_to)
        if self._empty_takes < self.bounds.empty_takes_before_save:
            self._position = moved
        else:
            await self._move(moved)
        return Step(has_more=True)

    async def _move(self, moved: Position, updates: ReadModelUpdates = NOTHING) -> None:
        self._empty_takes = 0
        held = replace(moved, holder=self.name)
        await self.models.apply(held, updates)
        self._position = replace(held, seq=held.seq + 1)


def walk_from(position: Position, moment: int) -> Position:
    """The beginning of a walk over all payments, with the stream to be read from `moment` afterwards."""
    return Position(seq=position.seq, phase=Phase.WALKING, start_at=moment, holder=position.holder)
