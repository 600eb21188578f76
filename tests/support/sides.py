"""The same parts on MongoDB and on the simulated database, for contract suites: both are to do the same."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.support.schema import migrated
from tests.support.shop import Shop, SteppedClock

from refunds.adapters.memory.archive import MemoryArchive
from refunds.adapters.memory.audit_records import MemoryAuditRecords
from refunds.adapters.memory.bookmark import MemoryBookmark
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.feed import FeedPace, MemoryFeed
from refunds.adapters.memory.payment_walk import MemoryPaymentWalk
from refunds.adapters.memory.read_models import MemoryReadModels
from refunds.adapters.memory.refund_lists import MemoryRefundLists
from refunds.adapters.memory.set_aside import MemorySetAside
from refunds.adapters.memory.tenants import MemoryTenants
from refunds.adapters.mongo.archive import MongoArchive
from refunds.adapters.mongo.audit_records import MongoAuditRecords
from refunds.adapters.mongo.bookmark import MongoBookmark
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.feed import FeedSettings, MongoFeed
from refunds.adapters.mongo.payment_walk import MongoPaymentWalk
from refunds.adapters.mongo.read_models import MongoReadModels
from refunds.adapters.mongo.refund_lists import MongoRefundLists
from refunds.adapters.mongo.relay_positions import POSITION_ID
from refunds.adapters.mongo.set_aside import MongoSetAside
from refunds.adapters.mongo.tenants import MongoTenantStore
from refunds.ports.archive import Archive
from refunds.ports.audit_records import AuditRecords
from refunds.ports.bookmark import Bookmark
from refunds.ports.feed import Feed
from refunds.ports.payment_walk import PaymentWalk
from refunds.ports.read_models import Phase, ReadModels
from refunds.ports.refund_lists import RefundLists
from refunds.ports.set_aside import SetAside
from refunds.ports.tenants import TenantStore
from refunds.usecases.relay_events import RelayBounds, RelayEvents

STEPS_MAX = 400
WAIT_S = 0.02


@dataclass(kw_only=True)
class Side:
    """The clients of one database, all of one process. `feed` makes a reader that takes so many changes at once."""

    shop: Shop
    feed: Callable[[int], Feed]
    bookmark: Callable[[str], Bookmark]
    walk: PaymentWalk
    models: ReadModels
    set_aside: SetAside
    archive: Archive
    audit_records: AuditRecords
    lists: RefundLists
    tenants: TenantStore
    _relays: list[RelayEvents] = field(default_factory=list)

    async def relay(self) -> None:
        """Applies all that was written so far to the read models."""
        if not self._relays:
            relay = RelayEvents(
                feed=self.feed(500),
                models=self.models,
                walk=self.walk,
                set_aside=self.set_aside,
                clock=SteppedClock(),
                name="relay_1",
                bounds=RelayBounds(empty_takes_before_save=1),
            )
            self._relays.append(relay)
        until = await self.models.moment()
        for _ in range(STEPS_MAX):
            await self._relays[0]()
            position = await self.models.position()
            if position.phase is Phase.STREAMING and position.read_to >= until:
                return
        raise AssertionError("the relay does not catch up")


@asynccontextmanager
async def in_memory() -> AsyncIterator[Side]:
    """All on a simulated database."""
    database = MemoryDatabase(FixedClock())
    yield Side(
        shop=Shop(database),
        feed=lambda changes_max: MemoryFeed(database, pace=FeedPace(changes_max=changes_max, wait_s=WAIT_S)),
        bookmark=lambda reader: MemoryBookmark(database, reader=reader),
        walk=MemoryPaymentWalk(database),
        models=MemoryReadModels(database),
        set_aside=MemorySetAside(database),
        archive=MemoryArchive(database),
        audit_records=MemoryAuditRecords(database),
        lists=MemoryRefundLists(database),
        tenants=MemoryTenants(database),
    )


@asynccontextmanager
async def on_mongodb(uri: str, name: str) -> AsyncIterator[Side]:
    """All on a real replica set."""
    client = connect(uri, timeout_s=10.0, connections_max=8, application="contract")
    database = open_database(client, name)
    await migrated(database)

    def feed(changes_max: int) -> Feed:
        return MongoFeed(database, FeedSettings(changes_max=changes_max, linger_s=0.0, wait_s=WAIT_S))

    yield Side(
        shop=Shop(database),
        feed=feed,
        bookmark=lambda reader: MongoBookmark(database, reader),
        walk=MongoPaymentWalk(database),
        models=MongoReadModels(database),
        set_aside=MongoSetAside(database, POSITION_ID),
        archive=MongoArchive(database),
        audit_records=MongoAuditRecords(database),
        lists=MongoRefundLists(database),
        tenants=MongoTenantStore(database),
    )
    await client.close()
