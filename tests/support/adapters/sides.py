"""The same parts on MongoDB and on the simulated database, for contract suites: both are to do the same."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.support.adapters.schema import migrated
from tests.support.adapters.shop import Shop, SteppedClock

from refunds.adapters.memory.audit.audit_records import MemoryAuditRecords
from refunds.adapters.memory.audit.verification_reads import MemoryVerificationReads
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.payments.payment_scan import MemoryPaymentScan
from refunds.adapters.memory.projections.consumer_offset import MemoryConsumerOffset
from refunds.adapters.memory.projections.feed import FeedPace, MemoryFeed
from refunds.adapters.memory.projections.quarantine import MemoryQuarantineStore
from refunds.adapters.memory.projections.read_models import MemoryReadModels
from refunds.adapters.memory.projections.refund_lists import MemoryRefundLists
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.adapters.mongo.audit.audit_records import MongoAuditRecords
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.projections.consumer_offset import MongoConsumerOffset
from refunds.adapters.mongo.projections.feed import FeedSettings, MongoFeed
from refunds.adapters.mongo.projections.offsets import POSITION_ID
from refunds.adapters.mongo.projections.quarantine import MongoQuarantineStore
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.projections.refund_lists import MongoRefundLists
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.ports.audit.audit_records import AuditRecords
from refunds.ports.audit.verification_reads import VerificationReads
from refunds.ports.payments.payment_scan import PaymentScan
from refunds.ports.projections.consumer_offset import ConsumerOffset
from refunds.ports.projections.feed import Feed
from refunds.ports.projections.quarantine import QuarantineStore
from refunds.ports.projections.read_models import Phase, ReadModels
from refunds.ports.projections.refund_lists import RefundLists
from refunds.ports.settings.tenants import TenantStore
from refunds.usecases.projections.relay_events import RelayBounds, RelayEvents

STEPS_MAX = 400
WAIT_S = 0.02


@dataclass(kw_only=True)
class Side:
    """The clients of one database, all of one process. `feed` makes a reader that takes so many changes at once."""

    shop: Shop
    feed: Callable[[int], Feed]
    consumer_offset: Callable[[str], ConsumerOffset]
    scan: PaymentScan
    models: ReadModels
    quarantine_store: QuarantineStore
    reads: VerificationReads
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
                scan=self.scan,
                quarantine_store=self.quarantine_store,
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
        consumer_offset=lambda reader: MemoryConsumerOffset(database, reader=reader),
        scan=MemoryPaymentScan(database),
        models=MemoryReadModels(database),
        quarantine_store=MemoryQuarantineStore(database),
        reads=MemoryVerificationReads(database),
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
        return MongoFeed(
            database, FeedSettings(changes_max=changes_max, linger_s=0.0, busy_linger_s=0.0, wait_s=WAIT_S)
        )

    yield Side(
        shop=Shop(database),
        feed=feed,
        consumer_offset=lambda reader: MongoConsumerOffset(database, reader),
        scan=MongoPaymentScan(database),
        models=MongoReadModels(database),
        quarantine_store=MongoQuarantineStore(database, POSITION_ID),
        reads=MongoVerificationReads(database),
        audit_records=MongoAuditRecords(database),
        lists=MongoRefundLists(database),
        tenants=MongoTenantStore(database),
    )
    await client.close()
