"""Tells the bus what payments told, each event at least once. Called by the reporting-engine's loop on AWS.

A reader of the feed of its own, so that a bus that is away holds no read model up. One call is one step: take a batch,
publish it, and only then move the bookmark; whatever ends in between is published again, with the same ids. Where the
stream does not reach back far enough, all payments are walked and what they know of the time since is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from refunds.domain.changes import PaymentChange
from refunds.domain.stored import changes_of
from refunds.ports.bookmark import Bookmark
from refunds.ports.clock import Clock
from refunds.ports.event_bus import BusEvent, EventBus
from refunds.ports.feed import Feed, HistoryLost
from refunds.ports.payment_walk import PaymentWalk
from refunds.ports.read_models import Phase, Position, RelaySuperseded
from refunds.usecases.lookout import Lookout
from refunds.usecases.relay_events import FOLLOWING, Step

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishBounds:
    """`overlap` allows for clocks that differ where a walk begins at a time; the others are those of the relay."""

    walked_payments_max: int = 200
    empty_takes_before_save: int = 2
    looks_before_takeover: int = 6
    overlap: timedelta = timedelta(minutes=5)


@dataclass(slots=True, kw_only=True)
class PublishEvents:
    """The use case with what it needs. `name` tells this publisher from others."""

    feed: Feed
    walk: PaymentWalk
    bookmark: Bookmark
    bus: EventBus
    clock: Clock
    name: str
    bounds: PublishBounds = PublishBounds()
    _position: Position | None = None
    _empty_takes: int = 0
    _lookout: Lookout = field(init=False)

    def __post_init__(self) -> None:
        self._lookout = Lookout(name=self.name, looks_before_takeover=self.bounds.looks_before_takeover)

    async def __call__(self) -> Step:
        """One step. BusUnavailable and the store's errors pass; the next call begins again at the bookmark."""
        position, self._position = self._position, None
        if position is None:
            position = await self.bookmark.position()
            if not self._lookout.may_lead(position):
                return FOLLOWING
        try:
            return await self._step(position)
        except RelaySuperseded:
            return FOLLOWING

    async def resign(self) -> None:
        """Lets the next publisher lead without waiting; for a clean stop."""
        position, self._position = self._position, None
        if position is not None:
            await self.bookmark.move(replace(position, holder=""))

    async def _step(self, position: Position) -> Step:
        if position.phase is not Phase.STREAMING:
            return await self._walk(position)
        try:
            return await self._follow(position)
        except HistoryLost:
            await self._move(walk_again(position, await self.bookmark.moment()))
            return Step(has_more=True)

    async def _follow(self, position: Position) -> Step:
        batch = await self.feed.take(position)
        moved = replace(position, token=batch.token, read_to=batch.read_to)
        if not batch.changes:
            return await self._stay(moved)
        events = [event for change in batch.changes for event in bus_events(change)]
        await self.bus.publish(events)
        await self._move(moved)
        lag = self.clock.now() - batch.changes[-1].items[-1].at
        return Step(changes=len(batch.changes), events=len(events), lag_s=max(lag.total_seconds(), 0.0), has_more=True)

    async def _walk(self, position: Position) -> Step:
        stored = await self.walk.after(position.walked_to, self.bounds.walked_payments_max)
        if not stored:
            await self._move(replace(position, phase=Phase.STREAMING, token="", read_to=position.start_at))
            return Step(has_more=True)
        since = self.bookmark.time_of(position.read_to) - self.bounds.overlap if position.read_to else BEGINNING
        changes = [change for payment in stored for change in changes_of(payment)]
        events = [event for change in changes for event in bus_events(change) if event.at >= since]
        await self.bus.publish(events)
        await self._move(replace(position, walked_to=stored[-1].id))
        return Step(changes=len(changes), events=len(events), has_more=True)

    async def _stay(self, moved: Position) -> Step:
        """Nothing was told: now and then the place is stored all the same, so that it never grows too old."""
        self._empty_takes += 1
        if self._empty_takes < self.bounds.empty_takes_before_save:
            self._position = moved
        else:
            await self._move(moved)
        return Step(has_more=True)

    async def _move(self, moved: Position) -> None:
        self._empty_takes = 0
        held = replace(moved, holder=self.name)
        await self.bookmark.move(held)
        self._position = replace(held, seq=held.seq + 1)


def walk_again(position: Position, moment: int) -> Position:
    """A walk that tells what came after `read_to`, with the stream to be read from `moment` afterwards."""
    return Position(
        seq=position.seq, phase=Phase.WALKING, start_at=moment, read_to=position.read_to, holder=position.holder
    )


def bus_events(change: PaymentChange) -> Sequence[BusEvent]:
    """All events of one version of a payment, as outsiders get them."""
    return [
        BusEvent(
            id=event.id,
            type=event.type,
            at=event.at,
            merchant_id=change.merchant_id,
            tenant_path=change.path,
            payment_id=change.payment_id,
            payment_version=change.version,
            refund_id=event.refund_id,
            from_status=event.from_status,
            status=event.status,
            amount=event.amount,
            currency=change.currency,
            code=event.code,
            gateway=change.gateway,
            payment_method=change.payment_method,
        )
        for event in change.items
    ]
