"""The simulated database behaves as a replica set: majorities, fail-overs, lost answers."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random

import pytest
from tests.support.adapters.lines import Fate, ToldLine
from tests.support.adapters.shop import Shop, path_of
from tests.support.payments.making import ELSEWHERE, IN_SCOPE, asking, payment

from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import Line
from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.adapters.memory.projections.consumer_offset import MemoryConsumerOffset
from refunds.adapters.memory.projections.read_models import MemoryReadModels
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.domain.errors import AlreadyExists, OutcomeUnknown, StoreUnavailable
from refunds.domain.payment.payment import Work
from refunds.domain.tenancy import ALL_TENANTS, Tenant, TenantKind
from refunds.ports.projections.read_models import ReadModelUpdates, RelaySuperseded
from refunds.usecases.projections.project_changes import build_updates

QUICK = CommitLimits(unknown_wait_s=0.2)


@pytest.fixture
def database() -> MemoryDatabase:
    """One whose majority holds everything at once."""
    return MemoryDatabase()


def payments_of(database: MemoryDatabase, line: Line | None = None, seed: int = 0) -> MemoryPayments:
    """The store of one process."""
    return MemoryPayments(database, line or ToldLine(), limits=QUICK, seeded_random=Random(seed))


# --- lost answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("fate", [Fate.NOT_SENT, Fate.LOST_BEFORE, Fate.LOST_AFTER, Fate.LATE])
async def test_change_whose_answer_is_lost_happens_once(database: MemoryDatabase, fate: Fate) -> None:
    await payments_of(database).add(payment())
    line = ToldLine(fates=[fate])

    decision = await payments_of(database, line, seed=1).change(IN_SCOPE, "pay_01", asking(key="k"))
    await asyncio.sleep(line.late_s * 2)

    stored = await payments_of(database).get(IN_SCOPE, "pay_01")
    assert (stored.version, stored.reserved_amount, len(stored.refunds)) == (2, 1_000, 1)
    assert stored.refunds[0].id == decision.refund.id


@pytest.mark.parametrize("fate", [Fate.NOT_SENT, Fate.LOST_BEFORE, Fate.LOST_AFTER, Fate.LATE])
async def test_payment_whose_answer_is_lost_is_recorded_once(database: MemoryDatabase, fate: Fate) -> None:
    line = ToldLine(of="mongo.payments.insert", fates=[fate])

    stored, is_replayed = await payments_of(database, line).add(payment())
    await asyncio.sleep(line.late_s * 2)

    assert (stored.id, is_replayed, list(database.payments.local)) == ("pay_01", False, ["pay_01"])


async def test_outcome_that_stays_unknown_is_reported_as_unknown(database: MemoryDatabase) -> None:
    await payments_of(database).add(payment())
    line = ToldLine(of="mongo.payments.", fates=[Fate.GOOD, *[Fate.LOST_AFTER] * 100])

    with pytest.raises(OutcomeUnknown):
        await payments_of(database, line, seed=1).change(IN_SCOPE, "pay_01", asking())


async def test_read_whose_answer_is_lost_raises_store_unavailable(database: MemoryDatabase) -> None:
    with pytest.raises(StoreUnavailable):
        await payments_of(database, ToldLine(of="mongo", fates=[Fate.LOST_AFTER])).get(ALL_TENANTS, "pay_01")


async def test_two_processes_never_reserve_more_than_was_captured(database: MemoryDatabase) -> None:
    await payments_of(database).add(payment())
    stores = [payments_of(database, ToldLine(wait_s=0.001), seed) for seed in range(4)]

    outcomes = await asyncio.gather(
        *(store.change(IN_SCOPE, "pay_01", asking(3_000, key=f"k{i}")) for i, store in enumerate(stores * 2)),
        return_exceptions=True,
    )

    stored = await stores[0].get(IN_SCOPE, "pay_01")
    assert stored.reserved_amount == 9_000
    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 3


async def test_two_processes_bring_one_key_of_a_merchant_to_one_refund(database: MemoryDatabase) -> None:
    for name in ("pay_01", "pay_02"):
        await payments_of(database).add(payment(name))
    stores = [payments_of(database, ToldLine(wait_s=0.001), seed) for seed in range(2)]

    outcomes = await asyncio.gather(
        *(store.change(IN_SCOPE, f"pay_0{i + 1}", asking(key="same")) for i, store in enumerate(stores)),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyExists", "Decision"]
    assert any(isinstance(outcome, AlreadyExists) for outcome in outcomes)


async def test_key_that_a_fail_over_takes_away_is_not_answered_as_taken() -> None:
    """A collision with a write without a majority proves nothing: that write may be rolled back."""
    lag_s = [0.0]
    database = MemoryDatabase(lag_s=lambda: lag_s[0])
    for name in ("pay_01", "pay_02"):
        await payments_of(database).add(payment(name))
    lag_s[0] = 60.0
    lost = asyncio.ensure_future(payments_of(database, seed=1).change(IN_SCOPE, "pay_01", asking(key="same")))
    await asyncio.sleep(0.01)
    collided = asyncio.ensure_future(payments_of(database, seed=2).change(IN_SCOPE, "pay_02", asking(key="same")))
    await asyncio.sleep(0.01)
    lost.cancel()
    lag_s[0] = 0.0
    database.fail_over()

    outcome = (await asyncio.gather(collided, return_exceptions=True))[0]

    held = await payments_of(database).get_by_key(IN_SCOPE, "mer_01", "same")
    assert held is not None
    assert isinstance(outcome, AlreadyExists) == (held.id == "pay_01")


async def test_claims_of_two_workers_never_meet(database: MemoryDatabase) -> None:
    store = payments_of(database)
    for number in range(20):
        await store.add(payment(f"pay_{number:02d}"))
        await store.change(IN_SCOPE, f"pay_{number:02d}", asking(key=f"k{number}"))
    due = database.earliest_due()
    assert due is not None
    stores = [payments_of(database, ToldLine(wait_s=0.001), seed) for seed in range(3)]

    claims = await asyncio.gather(*(each.claim_due(Work.GATEWAY, due.replace(year=2027), 60, 8) for each in stores))

    claimed = [found.id for claim in claims for found in claim]
    assert len(claimed) == len(set(claimed)) > 8


# --- transactions --------------------------------------------------------------------------------


async def test_two_who_append_to_one_chain_at_once_leave_an_unbroken_one(database: MemoryDatabase) -> None:
    waiting = [MemoryTenants(database, ToldLine(wait_s=0.001 * (1 + number))) for number in range(5)]

    await asyncio.gather(
        *(
            store.add(
                ALL_TENANTS,
                Tenant(
                    id=f"mer_{number}",
                    kind=TenantKind.MERCHANT,
                    parent_id="org_1",
                    name=str(number),
                    path=path_of(f"mer_{number}"),
                ),
            )
            for number, store in enumerate(waiting)
        )
    )

    assert await waiting[0].version() == 5
    assert len(database.audit_log.majority) == 5


async def test_relay_that_lost_its_place_between_reading_and_committing_changes_nothing() -> None:
    database = MemoryDatabase(FixedClock())
    shop = Shop(database)
    await shop.busy_hour(1)
    slow, quick = MemoryReadModels(database, ToldLine(wait_s=0.005)), MemoryReadModels(database)
    position = await quick.position()
    updates: ReadModelUpdates = build_updates(list(database.changes()))

    applying = asyncio.ensure_future(slow.apply(position, updates))
    await asyncio.sleep(0.007)
    await MemoryConsumerOffset(database, reader="reporting").move(position)

    with pytest.raises(RelaySuperseded):
        await applying
    assert not quick.current.rows
    assert not quick.audit


async def test_transaction_that_a_fail_over_overtakes_is_unknown_and_gone() -> None:
    lag_s = [0.0]
    database = MemoryDatabase(lag_s=lambda: lag_s[0])
    models = MemoryReadModels(database)
    position = await models.position()
    await Shop(database).busy_hour(1)
    lag_s[0] = 60.0

    applying = asyncio.ensure_future(models.apply(position, build_updates(list(database.changes()))))
    await asyncio.sleep(0.01)
    database.fail_over()

    with pytest.raises(OutcomeUnknown):
        await applying
    assert not models.current.rows
    assert await models.position() == position


# --- one seed, one run ---------------------------------------------------------------------------


async def ids_of_a_run(seed: int) -> list[str]:
    """Write ids and leases of some work, as they came about."""
    database = MemoryDatabase(FixedClock())
    store = payments_of(database, seed=seed)
    await asyncio.gather(*(store.add(payment(f"pay_{number:02d}")) for number in range(8)))
    await asyncio.gather(
        *(store.change(IN_SCOPE, f"pay_{number:02d}", asking(key=f"k{number}")) for number in range(8))
    )
    due = database.earliest_due()
    assert due is not None
    claimed = await store.claim_due(Work.GATEWAY, due.replace(year=2027), 60, 3)
    writes = [str(document.last_write) for document in database.payments.local.values()]
    return [*writes, *(found.id for found in claimed)]


async def test_the_same_seed_makes_the_same_ids_and_claims_and_another_does_not() -> None:
    assert await ids_of_a_run(1) == await ids_of_a_run(1)
    assert await ids_of_a_run(1) != await ids_of_a_run(2)


def moments(database: MemoryDatabase, count: int) -> Iterator[int]:
    """Moments as time passes."""
    for _ in range(count):
        yield database.moment()


def test_moments_follow_the_clock_and_never_go_back() -> None:
    clock = FixedClock()
    database = MemoryDatabase(clock)
    advance: Callable[..., object] = clock.advance
    first = list(moments(database, 3))
    advance(seconds=5)
    second = list(moments(database, 3))
    advance(seconds=-60)
    third = list(moments(database, 3))

    assert all(after >= before for before, after in pairwise([*first, *second, *third]))
    assert second[0] - first[0] == 5 << 32


async def test_foreign_scope_sees_nothing(database: MemoryDatabase) -> None:
    await payments_of(database).add(payment())

    assert await payments_of(database).paths(ELSEWHERE, ["pay_01"]) == {}
