"""Publishes the events of the feed to the event bus, each event at least once.

The loop of the reporting-engine on AWS calls this module. The publisher has its own offset, so an unreachable bus does
not delay the read models.

One call is one step. The step reads a batch, publishes it and then moves the offset. If a step fails before it moves
the offset, the batch is published again with the same ids. If the stream no longer has the changes after the offset,
all payments are scanned. Then the events since the offset are published.

A change that cannot be read is rebuilt from its payment's history. A payment that cannot be read is quarantined and
retried. The later changes of a quarantined payment wait too, so that they stay in order. If the quarantine is full, the
publisher stops with QuarantineFull.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.clock import Clock
from refunds.ports.payments.payment_scan import PaymentScan
from refunds.ports.projections.consumer_offset import ConsumerOffset
from refunds.ports.projections.event_bus import BusEvent, EventBus
from refunds.ports.projections.feed import Feed, FeedBatch, HistoryLost
from refunds.ports.projections.quarantine import QuarantineStore
from refunds.ports.projections.read_models import Phase, Position, RelaySuperseded
from refunds.usecases.projections.changes_from_history import ChangesFromHistory, joined, rebuild_changes
from refunds.usecases.projections.leader_election import LeaderElection
from refunds.usecases.projections.quarantine import Quarantine
from refunds.usecases.projections.relay_events import FOLLOWING, ReaderStep

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishBounds:
    """The bounds of the publisher. All bounds except `overlap` have the same meaning as in `RelayBounds`.

    A scan for the events since a time begins `overlap` earlier, because clocks may differ.
    """

    scanned_payments_max: int = 200
    empty_takes_before_save: int = 2
    polls_before_takeover: int = 6
    retried_payments_max: int = 200
    retry_every: timedelta = timedelta(minutes=5)
    overlap: timedelta = timedelta(minutes=5)


@dataclass(slots=True, kw_only=True)
class PublishEvents:
    """The use case with its dependencies. `name` identifies this publisher.

    As far as this publisher knows, all events up to `reached` are published. `reached` is None before the first step.
    """

    feed: Feed
    scan: PaymentScan
    quarantine_store: QuarantineStore
    consumer_offset: ConsumerOffset
    bus: EventBus
    clock: Clock
    name: str
    bounds: PublishBounds = PublishBounds()
    reached: datetime | None = None
    _position: Position | None = None
    _empty_takes: int = 0
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
        """Runs one step.

        Raises BusUnavailable, QuarantineFull or errors of the store. After an error, the next call starts again at the
        stored offset.
        """
        position, self._position = self._position, None
        if position is None:
            position = await self.consumer_offset.position()
            self.reached = self.consumer_offset.time_of(position.read_to or position.start_at)
            if not self._election.may_lead(position):
                return FOLLOWING
            await self._quarantine.load()
        try:
            return await self._step(position)
        except RelaySuperseded:
            return FOLLOWING

    async def resign(self) -> None:
        """Lets another publisher lead at once. Called when the process stops cleanly."""
        position, self._position = self._position, None
        if position is not None:
            await self.consumer_offset.move(replace(position, holder=""))

    async def _step(self, position: Position) -> ReaderStep:
        if position.phase is not Phase.STREAMING:
            return await self._scan(position)
        if self._quarantine.is_retry_due():
            return await self._retry(position)
        try:
            return await self._follow(position)
        except HistoryLost:
            await self._move(scan_again(position, await self.consumer_offset.moment()))
            return ReaderStep()

    async def _follow(self, position: Position) -> ReaderStep:
        batch = await self.feed.take(position)
        moved = replace(position, token=batch.token, read_to=batch.read_to)
        if not batch.changes and not batch.unreadable:
            return await self._stay(moved)
        rebuilt = await self._with_history(batch)
        await self._quarantine.put(rebuilt.unreadable, batch.changes)
        changes, _ = self._quarantine.parted(rebuilt.changes)
        events = [event for change in changes for event in bus_events(change)]
        await self.bus.publish(events)
        await self._move(moved)
        last = batch.changes[-1:]
        self.reached = last[0].items[-1].at if last else self.consumer_offset.time_of(batch.read_to)
        return ReaderStep(
            changes=len(batch.changes),
            events=len(events),
            from_history=batch.unreadable,
            quarantined=rebuilt.unreadable,
        )

    async def _with_history(self, batch: FeedBatch) -> ChangesFromHistory:
        """Returns the batch's changes. For each unreadable payment, adds all changes from the payment's history.

        All changes are added, because it is unknown which of them were published.
        """
        unreadable = self._quarantine.without(batch.unreadable)
        if not unreadable:
            return ChangesFromHistory(changes=batch.changes)
        remade = rebuild_changes(await self.scan.page_of(unreadable))
        return replace(remade, changes=joined(batch.changes, remade.changes))

    async def _scan(self, position: Position) -> ReaderStep:
        page = await self.scan.page(position.scanned_to, self.bounds.scanned_payments_max)
        if not page.scanned_to:
            await self._move(replace(position, phase=Phase.STREAMING, token="", read_to=position.start_at))
            self._quarantine.retry_soon()
            return ReaderStep()
        rebuilt = rebuild_changes(self._quarantine.passing(page))
        events = self._since(position, [event for change in rebuilt.changes for event in bus_events(change)])
        await self._quarantine.put(rebuilt.unreadable, ())
        await self.bus.publish(events)
        await self._move(replace(position, scanned_to=page.scanned_to))
        return ReaderStep(changes=len(rebuilt.changes), events=len(events), quarantined=rebuilt.unreadable)

    async def _retry(self, position: Position) -> ReaderStep:
        """Retries quarantined payments and publishes all their changes again, with the same ids."""
        tried, rebuilt = await self._quarantine.next_tried()
        events = [event for change in rebuilt.changes for event in bus_events(change)]
        await self._quarantine.put(rebuilt.unreadable, ())
        await self.bus.publish(events)
        await self._move(position)
        await self._quarantine.tried(tried, rebuilt.unreadable)
        return ReaderStep(
            events=len(events), is_retry=True, quarantined=rebuilt.unreadable, quarantined_count=self._quarantine.count
        )

    def _since(self, position: Position, events: Sequence[BusEvent]) -> list[BusEvent]:
        """Returns the events that happened after the offset of `position`.

        The result begins `overlap` before the offset, so it may repeat published events. If the offset is not set, all
        events are returned.
        """
        since = self.consumer_offset.time_of(position.read_to) - self.bounds.overlap if position.read_to else BEGINNING
        return [event for event in events if event.at >= since]

    async def _stay(self, moved: Position) -> ReaderStep:
        """Stores the offset from time to time even without changes, so that the offset never becomes too old."""
        self._empty_takes += 1
        if self._empty_takes < self.bounds.empty_takes_before_save:
            self._position = moved
        else:
            await self._move(moved)
        self.reached = self.clock.now()
        return ReaderStep(is_caught_up=True)

    async def _move(self, moved: Position) -> None:
        self._empty_takes = 0
        moving = replace(moved, holder=self.name)
        await self.consumer_offset.move(moving)
        self._position = replace(moving, seq=moving.seq + 1)


def scan_again(position: Position, moment: int) -> Position:
    """Returns the position at which a scan for changes after `read_to` begins.

    After the scan, the stream is read from the time `moment` on.
    """
    return Position(
        seq=position.seq, phase=Phase.SCANNING, start_at=moment, read_to=position.read_to, holder=position.holder
    )


def bus_events(change: PaymentChange) -> Sequence[BusEvent]:
    """Returns the events of one version of a payment in the form that other systems get."""
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
