"""The migration on a real database: its plan, what it makes, what it leaves alone, and who may run beside it."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.store.earlier_parameters import stored_earlier, whole_units
from tests.support.adapters.schema import migrated
from tests.support.adapters.shop import START, Shop
from tests.support.adapters.verifying import verified_without_books
from tests.support.copies import replace

from refunds.adapters.mongo.migrations.data_migrations import MIGRATIONS_OF_DATA, Batch, DataMigration
from refunds.adapters.mongo.migrations.migration import Migration
from refunds.adapters.mongo.migrations.migration_lease import MigrationLease
from refunds.adapters.mongo.migrations.schema_changes import SchemaConflict, missing_schema
from refunds.adapters.mongo.migrations.stored_version import (
    MIGRATIONS,
    NEEDED,
    NOTHING,
    SchemaUnfit,
    SchemaVersion,
    check_schema,
    read_schema_version,
)
from refunds.adapters.mongo.schema import COLLECTIONS, PAYMENT_VALIDATOR
from refunds.domain.settings.parameters import ParameterSnapshot
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]

MERCHANT = "mer_1"

AT_ONCE = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)

LATER = SchemaVersion(NEEDED.major, NEEDED.minor + 1)


def a_lease(database: Database, owner: str = "first", lease_s: float = 30.0) -> MigrationLease:
    return MigrationLease(database, owner, lease_s)


async def emptied(database: Database) -> Database:
    await database.client.drop_database(database.name)
    return database


async def definitions(database: Database) -> dict[str, Any]:
    """Options and indexes of every collection."""
    return {
        each["name"]: (each["options"], [index async for index in await database[each["name"]].list_indexes()])
        async for each in await database.list_collections()
        if each["name"] != MIGRATIONS
    }


async def test_empty_database_gets_every_collection_validator_and_index_and_a_second_run_finds_nothing(
    database: Database,
) -> None:
    migration = Migration(database=await emptied(database))

    planned = await migration.plan()
    untouched = await database.list_collection_names()
    done = await migration.run(a_lease(database))
    again = await migration.run(a_lease(database))
    made = await definitions(database)

    assert untouched == []
    assert planned == done
    assert [step.on for step in done.steps] == list(COLLECTIONS)
    assert (done.found, again.found, again.is_empty) == (NOTHING, NEEDED, True)
    assert made["payments"][0]["validator"] == PAYMENT_VALIDATOR
    assert {name: len(indexes) - 1 for name, (_, indexes) in made.items()} == {
        name: len(schema.indexes) for name, schema in COLLECTIONS.items()
    }


async def test_what_is_missing_is_planned_and_made_and_what_others_added_is_left(database: Database) -> None:
    whole = await definitions(database)
    await database["payments"].drop_index("refund_ids_find_payment")
    await database.command("collMod", "payments", validator={}, validationLevel="moderate")
    await database["rollups_odd"].drop()
    await database["tenants"].create_index([("name", 1)], name="made_by_an_operator")
    await Shop(database).capture()

    plan = await Migration(database=database).plan()
    await migrated(database)

    assert [(step.kind, step.on, step.documents) for step in plan.steps] == [
        ("validator", "payments", 0),
        ("index", "payments", 1),
        ("collection", "rollups_odd", 0),
    ]
    made = await definitions(database)
    assert made.pop("tenants")[1][-1]["name"] == "made_by_an_operator"
    whole.pop("tenants")
    assert {name: (options.get("validator"), sorted(map(str, i))) for name, (options, i) in made.items()} == {
        name: (options.get("validator"), sorted(map(str, i))) for name, (options, i) in whole.items()
    }


async def test_index_that_another_replaces_is_dropped_after_that_was_built(database: Database) -> None:
    await database["refund_list"].drop_index("scope_and_status_newest_first")
    await database["refund_list"].create_index([("status", 1), ("created_at", -1)], name="status_newest_first")

    plan = await Migration(database=database).plan()
    await migrated(database)

    assert [(step.kind, step.on, step.text) for step in plan.steps] == [
        ("index", "refund_list", "build scope_and_status_newest_first"),
        ("index", "refund_list", "drop status_newest_first, which another replaces"),
    ]
    indexes = await database["refund_list"].index_information()
    assert "scope_and_status_newest_first" in indexes
    assert "status_newest_first" not in indexes


async def test_index_that_somebody_made_otherwise_is_named_and_nothing_is_dropped(database: Database) -> None:
    await database["payments"].drop_index("refund_ids_find_payment")
    await database["payments"].create_index([("route", 1)], name="refund_ids_find_payment")

    with pytest.raises(SchemaConflict, match="index refund_ids_find_payment of payments is not this release's"):
        await migrated(database)

    assert "refund_ids_find_payment" in await database["payments"].index_information()


async def test_database_of_a_later_minor_version_is_left_as_it_is(database: Database) -> None:
    await database.command("collMod", "payments", validator={}, validationLevel="moderate")
    await database[MIGRATIONS].update_one({"_id": "schema"}, {"$set": {"minor": LATER.minor}})

    done = await migrated(database)

    assert (list(done.steps), done.found) == ([], LATER)
    assert (await definitions(database))["payments"][0]["validationLevel"] == "moderate"
    assert await read_schema_version(database) == LATER
    await check_schema(database)


async def test_database_of_a_later_major_version_is_refused_by_services_and_by_the_migration(
    database: Database,
) -> None:
    await database[MIGRATIONS].update_one({"_id": "schema"}, {"$set": {"major": NEEDED.major + 1, "minor": 0}})

    with pytest.raises(SchemaUnfit, match=r"has schema 2\.0, this release knows 1\.x alone"):
        await check_schema(database)
    with pytest.raises(SchemaUnfit, match="run the release that migrated it"):
        await migrated(database)
    with pytest.raises(SchemaUnfit):
        await Migration(database=database).plan()


async def test_service_does_not_start_on_an_earlier_schema_and_names_what_to_run(database: Database) -> None:
    await database[MIGRATIONS].update_one({"_id": "schema"}, {"$set": {"minor": NEEDED.minor - 1}})
    earlier = re.escape(
        f"has schema {NEEDED.major}.{NEEDED.minor - 1}, this release needs {NEEDED}: run `refunds migrate`"
    )
    with pytest.raises(SchemaUnfit, match=f"{earlier} first"):
        await check_schema(database)

    await database[MIGRATIONS].delete_one({"_id": "schema"})
    with pytest.raises(SchemaUnfit, match="has no schema yet"):
        await check_schema(database)


async def test_money_that_was_whole_units_becomes_amounts_of_the_base_currency_and_stays_proven(
    database: Database,
) -> None:
    store = await stored_earlier(database, [whole_units(1, 1_000), whole_units(2, None, tenant_id="bnk_1")])
    before = await store.version()

    plan = await Migration(database=database).plan()
    await migrated(database)
    again = await migrated(database)
    report = await verified_without_books(database, AT_ONCE)

    stored = {each["_id"]: each async for each in database["parameter_values"].find({})}
    new = stored["par_0001_amounts"]
    assert [(step.kind, step.on, step.documents) for step in plan.steps] == [("data", "parameter_values", 2)]
    assert again.is_empty
    assert sorted(stored) == ["par_0001", "par_0001_amounts", "par_0002", "par_0002_amounts"]
    assert (new["name"], new["value"], new["set_by"]) == ("refund_amount_max", {"USD": 100_000}, "refunds migrate")
    assert (new["effective_from"], new["set_at"]) == (START, START)
    assert stored["par_0002_amounts"]["value"] is None
    assert stored["par_0001"]["value"] == 1_000
    assert await store.version() > before
    assert [check.found for check in report.checks if check.invariant is Invariant.SETTINGS] == [()]


async def test_value_that_was_set_later_goes_on_to_count_before_the_rewritten_one(database: Database) -> None:
    earlier = whole_units(1, 1_000)
    later = replace(
        earlier, id="par_0000", name="refund_amount_max", value={"USD": 7}, set_at=START + timedelta(seconds=1)
    )
    store = await stored_earlier(database, [earlier, later])
    other = await stored_earlier(database, [whole_units(3, 1_000, tenant_id="mer_2")])
    path = ("platform", "bnk_1", "prg_1", "org_1")

    before = ParameterSnapshot(0, (await store.load_all()).readable)
    await migrated(database)
    after = ParameterSnapshot(0, (await other.load_all()).readable)

    for merchant in (MERCHANT, "mer_2"):
        limits = [each.resolve("refund_amount_max", (*path, merchant), START).value for each in (before, after)]
        assert limits[0] == limits[1] == ({"USD": 7} if merchant == MERCHANT else {"USD": 100_000})


async def test_lease_of_a_payment_without_work_is_taken_away_and_others_keep_theirs(database: Database) -> None:
    shop = Shop(database)
    ended, working = await shop.capture(), await shop.capture()
    refund = await shop.refund(ended)
    await shop.settle(ended, refund)
    await shop.refund(working)
    await database["payments"].update_many({}, {"$set": {"lease": "of an earlier release"}})
    before = await database["payments"].find_one({"_id": ended.id})

    plan = await Migration(database=database).plan()
    await migrated(database)

    after = await database["payments"].find_one({"_id": ended.id})
    kept = await database["payments"].find_one({"_id": working.id})
    assert [(step.on, step.documents) for step in plan.steps] == [("payments", 1)]
    assert before.pop("lease") == kept["lease"] == "of an earlier release"
    assert after == before


async def test_payment_that_breaks_a_rule_of_the_collection_stops_no_other(database: Database) -> None:
    shop = Shop(database)
    broken, whole = await shop.capture(), await shop.capture()
    await database["payments"].update_many({}, {"$set": {"lease": "x"}})
    await database.command("collMod", "payments", validationLevel="off")
    await database["payments"].update_one({"_id": broken.id}, {"$set": {"refunded_amount": -1}})
    await database.command("collMod", "payments", validationLevel="strict")

    done = await migrated(database)

    assert [(step.on, step.documents) for step in done.steps] == [("payments", 2)]
    assert "lease" in await database["payments"].find_one({"_id": broken.id})
    assert "lease" not in await database["payments"].find_one({"_id": whole.id})
    await check_schema(database)


async def test_version_is_written_only_when_all_is_done(database: Database) -> None:
    async def left(_database: Database) -> int:
        return 1

    async def step(_database: Database, _after: str) -> Batch:
        raise asyncio.CancelledError

    migration = Migration(database=await emptied(database), data=[DataMigration("no", "payments", "no", left, step)])
    with pytest.raises(asyncio.CancelledError):
        await migration.run(a_lease(database))

    assert await read_schema_version(database) == NOTHING
    assert await missing_schema(database) == []


async def test_every_migration_names_where_it_works() -> None:
    assert {migration.on for migration in MIGRATIONS_OF_DATA} <= set(COLLECTIONS)
    assert len({migration.name for migration in MIGRATIONS_OF_DATA}) == len(MIGRATIONS_OF_DATA)
