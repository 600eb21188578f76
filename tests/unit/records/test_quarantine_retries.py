"""When a reader of the feed retries its quarantine: every `retry_every` while payments wait, and never for nothing."""

from datetime import timedelta

from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.payments.payment_scan import MemoryPaymentScan
from refunds.adapters.memory.projections.quarantine import MemoryQuarantineStore
from refunds.ports.payments.payment_scan import Unreadable
from refunds.usecases.projections.quarantine import Quarantine

EVERY = timedelta(minutes=5)
BROKEN = Unreadable(payment_id="pay_1", reason="no amount")


def quarantine_of(database: MemoryDatabase, clock: FixedClock) -> Quarantine:
    """The quarantine of a reader with this database."""
    return Quarantine(
        quarantine_store=MemoryQuarantineStore(database),
        scan=MemoryPaymentScan(database),
        clock=clock,
        retried_payments_max=10,
        retry_every=EVERY,
    )


async def retried(quarantine: Quarantine, still: tuple[Unreadable, ...] = ()) -> None:
    """One retry, after which these remain."""
    tried, _ = await quarantine.next_tried()
    await quarantine.tried(tried, still)


async def test_an_empty_quarantine_is_looked_at_once_and_then_not_retried() -> None:
    clock = FixedClock()
    quarantine = quarantine_of(MemoryDatabase(), clock)
    await quarantine.load()
    assert quarantine.is_retry_due()
    await retried(quarantine)

    clock.advance(hours=8)

    assert not quarantine.is_retry_due()


async def test_a_payment_is_retried_every_few_minutes_from_when_it_was_put_in() -> None:
    clock = FixedClock()
    quarantine = quarantine_of(MemoryDatabase(), clock)
    await quarantine.load()
    await retried(quarantine)
    clock.advance(hours=8)
    await quarantine.put([BROKEN], ())
    assert not quarantine.is_retry_due()

    for _ in range(2):
        clock.advance(minutes=5)
        assert quarantine.is_retry_due()
        await retried(quarantine, (BROKEN,))
        assert not quarantine.is_retry_due()


async def test_what_another_reader_has_emptied_is_counted_once_more() -> None:
    clock, database = FixedClock(), MemoryDatabase()
    quarantine = quarantine_of(database, clock)
    await quarantine.load()
    await retried(quarantine)
    await quarantine.put([BROKEN], ())
    await MemoryQuarantineStore(database).drop([BROKEN.payment_id])

    await quarantine.load()

    assert quarantine.is_retry_due()
    await retried(quarantine)
    assert quarantine.count == 0
    assert not quarantine.is_retry_due()
