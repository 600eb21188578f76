"""One migration at a time: the lease of the one that works, and where the next one goes on."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.store.earlier_parameters import stored_earlier, whole_units
from tests.support.adapters.schema import migrated
from tests.support.adapters.verifying import verified_without_books

from refunds.adapters.mongo.migrations.data_migrations import Batch, DataMigration
from refunds.adapters.mongo.migrations.migration import Migration, Unwatched
from refunds.adapters.mongo.migrations.migration_lease import LeaseLost, MigrationLease, MigrationRuns
from refunds.adapters.mongo.migrations.stored_version import (
    MIGRATIONS,
)
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]

MERCHANT = "mer_1"

AT_ONCE = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)


def a_lease(database: Database, owner: str = "first", lease_s: float = 30.0) -> MigrationLease:
    return MigrationLease(database, owner, lease_s)


async def test_second_migration_waits_for_the_first_and_finds_nothing_left_to_do(database: Database) -> None:
    await stored_earlier(database, [whole_units(number, number) for number in range(1, 120)])
    migration = Migration(database=database)

    first, second = await asyncio.gather(
        migration.run(a_lease(database, "first"), wait_s=20), migration.run(a_lease(database, "second"), wait_s=20)
    )

    assert sorted(len(done.steps) for done in (first, second)) == [0, 1]
    assert await database["audit_log"].count_documents({}) == 2 * 119
    assert await database["parameter_values"].count_documents({"name": "refund_amount_max"}) == 119


async def test_two_that_do_not_know_of_each_other_rewrite_each_value_once(database: Database) -> None:
    """As when the first was paused for longer than its lease."""
    await stored_earlier(database, [whole_units(number, number) for number in range(1, 40)])
    migration = Migration(database=database)

    await asyncio.gather(migration._migrate_data([], Unwatched()), migration._migrate_data([], Unwatched()))

    assert await database["parameter_values"].count_documents({"name": "refund_amount_max"}) == 39
    assert await database["audit_log"].count_documents({}) == 2 * 39
    report = await verified_without_books(database, AT_ONCE)
    assert [check.found for check in report.checks if check.invariant is Invariant.SETTINGS] == [()]


async def test_migration_that_waits_for_another_names_it(database: Database) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        entered.set()
        await leave.wait()

    holding = asyncio.create_task(a_lease(database, "host:1").run(work, 0))
    await entered.wait()
    with pytest.raises(MigrationRuns, match=r"another migration runs \(host:1, until 2"):
        await migrated(database)
    leave.set()
    await holding

    await migrated(database)


async def test_lease_is_renewed_while_the_work_goes_on_and_lost_when_another_took_it(database: Database) -> None:
    async def longer_than_the_lease() -> str:
        await asyncio.sleep(2.0)
        return "done"

    async def robbed() -> None:
        await database[MIGRATIONS].update_one({"_id": "lease"}, {"$set": {"owner": "another"}})
        await asyncio.sleep(20)

    assert await a_lease(database, lease_s=1.2).run(longer_than_the_lease, 0) == "done"
    with pytest.raises(LeaseLost):
        await a_lease(database, lease_s=0.3).run(robbed, 0)
    assert (await database[MIGRATIONS].find_one({"_id": "lease"}))["owner"] == "another"


async def test_lease_that_is_lost_ends_work_that_drops_a_cancellation(database: Database) -> None:
    """As the driver may on Python 3.11, see `kit.cancellation`."""

    async def robbed() -> None:
        await database[MIGRATIONS].update_one({"_id": "lease"}, {"$set": {"owner": "another"}})
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(3_600.0)
        await asyncio.sleep(3_600.0)

    with pytest.raises(LeaseLost):
        await a_lease(database, lease_s=0.3).run(robbed, 0)


async def test_migration_of_data_goes_on_from_where_the_one_before_was_stopped_and_then_looks_back(
    database: Database,
) -> None:
    seen: list[str] = []

    async def left(_database: Database) -> int:
        return 3

    async def step(_database: Database, after: str) -> Batch:
        seen.append(after)
        if len(seen) == 2:
            raise asyncio.CancelledError
        return Batch({"": "b", "b": "c", "c": ""}[after], 1)

    data = [DataMigration("counted", "payments", "count", left, step)]
    migration = Migration(database=database, data=data)
    with pytest.raises(asyncio.CancelledError):
        await migration.run(a_lease(database))

    await migration.run(a_lease(database))

    assert seen == ["", "b", "b", "c", "", "b", "c"]
    assert (await database[MIGRATIONS].find_one({"_id": "data/counted"}))["done"] == 6
