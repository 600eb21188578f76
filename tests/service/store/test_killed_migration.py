"""`refunds migrate` as a process of its own that is killed at any moment: the next run goes on and ends it."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.store.test_migration import AT_ONCE, MERCHANT, definitions, stored_earlier, whole_units
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import verified_without_books
from tests.support.copies import replace

from refunds.adapters.mongo.migrations.migration import Migration
from refunds.adapters.mongo.migrations.stored_version import MIGRATIONS, NEEDED, check_schema, read_schema_version
from refunds.adapters.mongo.schema import PAYMENT_VALIDATOR
from refunds.usecases.verification.verification_report import Invariant

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

Database = AsyncDatabase[Any]
VALUES = 400
PAYMENTS = 4_000
KILLS = 4
LONGEST_S = 0.6
LEASE_S = 2.0
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Command:
    """The command on one database."""

    uri: str
    database: str

    def start(self, *words: str, entry: str = "migrate") -> "subprocess.Popen[str]":
        """Begins to run."""
        environ = {
            **os.environ,
            "REFUNDS_MONGODB_URI": self.uri,
            "REFUNDS_MONGODB_DATABASE": self.database,
            "REFUNDS_MIGRATE_LEASE_S": str(LEASE_S),
        }
        command = [sys.executable, "-P", "-m", "refunds", entry, *words]
        return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str, entry: str = "migrate") -> tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        process = self.start(*words, entry=entry)
        out, err = process.communicate(timeout=PATIENCE_S)
        return process.returncode, out, err


@pytest.fixture
def command(mongodb_uri: str, database: Database) -> Command:
    return Command(mongodb_uri, database.name)


async def as_an_earlier_release_left_it(database: Database) -> None:
    """Values in whole units, payments with old leases, a schema without indexes, validator and version."""
    await stored_earlier(database, [replace(whole_units(n, n), tenant_id=f"mer_{n % 7}") for n in range(1, VALUES + 1)])
    await Shop(database).capture()
    document = await database["payments"].find_one({})
    await database["payments"].insert_many(
        [
            {
                **document,
                "_id": f"pay_old_{n}",
                "idempotency_key": f"k{n}",
                "gateway_payment_id": f"g{n}",
                "lease": "old",
            }
            for n in range(PAYMENTS)
        ]
    )
    await database["payments"].drop_indexes()
    await database.command("collMod", "payments", validator={}, validationLevel="off")
    await database["rollups"].drop()
    await database.drop_collection(MIGRATIONS)


async def is_begun(database: Database, process: "subprocess.Popen[str]") -> bool:
    """Waits until the process holds the lease; False where it ended before."""
    while process.poll() is None:
        lease = await database[MIGRATIONS].find_one({"_id": "lease"})
        if lease is not None and f":{process.pid}:" in str(lease["owner"]):
            return True
        await asyncio.sleep(0.005)
    return False


async def test_killed_migration_goes_on_and_does_everything_once(database: Database, command: Command) -> None:
    whole = {name: sorted(map(str, indexes)) for name, (_, indexes) in (await definitions(database)).items()}
    await as_an_earlier_release_left_it(database)
    chance = random.Random(7)
    killed = 0

    async with asyncio.timeout(PATIENCE_S * 2):
        while killed < KILLS:
            process = command.start()
            if not await is_begun(database, process):
                assert process.wait() == 0
                break
            await asyncio.sleep(chance.uniform(0, LONGEST_S * (killed + 1) / KILLS))
            process.send_signal(signal.SIGKILL)
            killed += await asyncio.to_thread(process.wait) == -signal.SIGKILL
    code, _, err = await asyncio.to_thread(command.run)

    assert code == 0, err
    assert killed >= 2
    assert (await Migration(database=database).plan()).is_empty
    assert await read_schema_version(database) == NEEDED
    made = await definitions(database)
    assert {name: sorted(map(str, indexes)) for name, (_, indexes) in made.items()} == whole
    assert (made["payments"][0]["validator"], made["payments"][0]["validationLevel"]) == (PAYMENT_VALIDATOR, "strict")
    assert await database["payments"].count_documents({"lease": {"$exists": True}}) == 0
    values = [each async for each in database["parameter_values"].find({"name": "refund_amount_max"})]
    assert sorted(each["value"]["USD"] for each in values) == [100 * n for n in range(1, VALUES + 1)]
    assert await database["audit_log"].count_documents({}) == 2 * VALUES
    report = await verified_without_books(database, AT_ONCE)
    assert [c.found for c in report.checks if c.invariant in (Invariant.SETTINGS, Invariant.CHAINS)] == [(), ()]


async def test_plan_is_printed_and_changes_nothing_and_a_run_prints_what_it_did(
    database: Database, command: Command
) -> None:
    await stored_earlier(database, [whole_units(1, 1_000, tenant_id=MERCHANT)])
    await database["payments"].drop_index("sweep_reads_its_claims")
    await database[MIGRATIONS].delete_one({"_id": "schema"})

    code, planned, err = await asyncio.to_thread(command.run, "--dry-run")
    planned_json = json.loads((await asyncio.to_thread(command.run, "--dry-run", "--json"))[1])
    left = await database["parameter_values"].count_documents({})
    done = await asyncio.to_thread(command.run)
    again = await asyncio.to_thread(command.run, "--json")

    assert code == 0, err
    assert "build sweep_reads_its_claims" in planned
    assert "The schema of the database is 0.0. The migration would change it to" in planned
    assert (planned_json["is_dry_run"], planned_json["found"], planned_json["needed"]) == (True, "0.0", str(NEEDED))
    assert [(step["kind"], step["on"], step["documents"]) for step in planned_json["steps"]] == [
        ("index", "payments", 0),
        ("data", "parameter_values", 1),
    ]
    assert left == 1
    assert f"The schema of the database was 0.0 and is now {NEEDED}." in done[1]
    assert "1 of 1 (done in" in done[2]
    assert json.loads(again[1]) == {"found": str(NEEDED), "needed": str(NEEDED), "is_dry_run": False, "steps": []}
    await check_schema(database)


async def test_obstacle_is_reported_in_one_line(database: Database, command: Command) -> None:
    await database[MIGRATIONS].delete_one({"_id": "schema"})
    service = await asyncio.to_thread(command.run, entry="request-manager")
    await database[MIGRATIONS].update_one(
        {"_id": "schema"}, {"$set": {"major": NEEDED.major + 1, "minor": 0}}, upsert=True
    )

    code, out, err = await asyncio.to_thread(command.run)
    away = await asyncio.to_thread(replace(command, uri="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200").run)

    needs = f"the database has no schema yet, this release needs {NEEDED}: run `refunds migrate` first"
    assert (service[0], service[2]) == (1, f"request-manager: {needs}\n")
    assert (code, out) == (1, "")
    assert err.startswith("refunds: the database has schema 2.")
    assert err.count("\n") == 1
    assert away[0] == 1
    assert away[2].startswith("refunds: the database refused a step of the migration: ")
