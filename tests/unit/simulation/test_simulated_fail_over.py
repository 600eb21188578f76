"""What a fail-over of the simulated database takes away, and what its change stream tells of it."""

import asyncio
from random import Random

import pytest
from tests.support.adapters.lines import ToldLine
from tests.support.copies import replace
from tests.support.payments.making import IN_SCOPE, asking, payment

from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import Line
from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.adapters.memory.projections.feed import FeedPace, MemoryFeed
from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.domain.errors import PaymentNotFound
from refunds.ports.projections.feed import HistoryLost
from refunds.ports.projections.read_models import Phase, Position

QUICK = CommitLimits(unknown_wait_s=0.2)

LAG_S = 0.02


@pytest.fixture
def database() -> MemoryDatabase:
    """One whose majority holds everything at once."""
    return MemoryDatabase()


def lagging(lag_s: float = LAG_S) -> MemoryDatabase:
    """One whose majority follows a little later."""
    return MemoryDatabase(lag_s=lambda: lag_s)


def payments_of(database: MemoryDatabase, line: Line | None = None, seed: int = 0) -> MemoryPayments:
    """The store of one process."""
    return MemoryPayments(database, line or ToldLine(), limits=QUICK, seeded_random=Random(seed))


# --- what a majority holds -----------------------------------------------------------------------


async def test_write_is_answered_once_a_majority_holds_it() -> None:
    database = lagging()
    store = payments_of(database)

    adding = asyncio.ensure_future(store.add(payment()))
    await asyncio.sleep(LAG_S / 4)
    is_early = adding.done()
    with pytest.raises(PaymentNotFound):
        await store.get(IN_SCOPE, "pay_01")
    stands_locally = "pay_01" in database.payments.local
    await adding

    assert (is_early, stands_locally) == (False, True)
    assert (await store.get(IN_SCOPE, "pay_01")).id == "pay_01"


async def test_fail_over_rolls_back_writes_without_a_majority_and_nothing_else() -> None:
    lag_s = [0.0]
    database = MemoryDatabase(lag_s=lambda: lag_s[0])
    store = payments_of(database)
    await store.add(payment())
    lag_s[0] = 60.0

    asked = asyncio.ensure_future(store.change(IN_SCOPE, "pay_01", asking()))
    await asyncio.sleep(0.01)
    seen_locally = database.payments.local["pay_01"].payment.reserved_amount
    lag_s[0] = 0.0
    gone = database.fail_over()

    assert (seen_locally, gone) == (1_000, 1)
    assert (await asked).payment.reserved_amount == 1_000
    assert (await store.get(IN_SCOPE, "pay_01")).version == 2


async def test_indexes_follow_a_fail_over() -> None:
    lag_s = [0.0]
    database = MemoryDatabase(lag_s=lambda: lag_s[0])
    store = payments_of(database)
    await store.add(payment())
    await store.add(payment("pay_02"))
    lag_s[0] = 60.0
    lost = [
        asyncio.ensure_future(store.change(IN_SCOPE, "pay_01", asking(key="k"))),
        asyncio.ensure_future(store.add(payment("pay_03"))),
    ]
    await asyncio.sleep(0.01)
    for each in lost:
        each.cancel()
    database.fail_over()
    lag_s[0] = 0.0

    assert await payments_of(database, seed=1).get_by_key(IN_SCOPE, "mer_01", "k") is None
    await payments_of(database, seed=2).change(IN_SCOPE, "pay_02", asking(key="k"))
    await payments_of(database, seed=3).add(payment("pay_04", gateway_payment_id="gw_pay_03"))
    assert database.payments.due.earliest() == database.payments.local["pay_02"].due_at


async def test_feed_has_only_majority_committed_changes_and_nothing_that_a_fail_over_rolled_back() -> None:
    lag_s = [0.0]
    database = MemoryDatabase(FixedClock(), lag_s=lambda: lag_s[0])
    store, feed = payments_of(database), MemoryFeed(database)
    start = Position(seq=0, phase=Phase.STREAMING, start_at=database.moment())
    await store.add(payment())
    lag_s[0] = 60.0
    lost = asyncio.ensure_future(store.add(payment("pay_02")))
    await asyncio.sleep(0.01)

    before = await feed.take(start)
    lost.cancel()
    database.fail_over()
    lag_s[0] = 0.0
    await payments_of(database, seed=1).add(payment("pay_03"))
    after = await feed.take(replace(start, token=before.token))

    assert [change.payment_id for change in before.changes] == ["pay_01"]
    assert [change.payment_id for change in after.changes] == ["pay_03"]
    assert after.read_to > before.read_to


async def test_feed_waits_for_the_next_change() -> None:
    database = lagging()
    feed = MemoryFeed(database, pace=FeedPace(wait_s=10.0))
    start = Position(seq=0, phase=Phase.STREAMING, start_at=database.moment())

    taking = asyncio.ensure_future(feed.take(start))
    await payments_of(database).add(payment())

    assert [change.payment_id for change in (await taking).changes] == ["pay_01"]


async def test_feed_reports_lost_history(database: MemoryDatabase) -> None:
    start = Position(seq=0, phase=Phase.STREAMING, start_at=database.moment())
    await payments_of(database).add(payment())
    database.forget_history()

    with pytest.raises(HistoryLost):
        await MemoryFeed(database).take(start)
