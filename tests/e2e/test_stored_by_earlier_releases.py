"""Data that each earlier release wrote, opened by this one: migrated at its start, verified, and gone on with.

The file names are the commits of those releases. A new one is made by `scripts/dump-stored`, see docs/migrations.md.
"""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import bson
import pytest
from pymongo import MongoClient
from pymongo.database import Database
from tests.support.adapters.dumps import BYTES_MAX, DUMPS, content_of, put_back
from tests.support.processes.instance import Instance

from refunds.adapters.mongo.migrations.stored_version import NEEDED
from refunds.domain.settings.parameters import EARLIER_NAMES
from refunds.kit.config import Secret
from refunds.runtime.process.migration import MigrationSettings, plan_migration
from refunds_embedded.launcher.servers import local_servers as servers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

TIMEOUT_S = 90
DATABASE = "refunds"
OF_ONE = ("--amount", "1", "--sandbox", "tok_ok")


@pytest.fixture
async def mongodb(tmp_path: Path) -> AsyncIterator[str]:
    """A replica set of the test's own: an instance calls its database always the same."""
    async with servers.replica_set(tmp_path / "mongodb") as running:
        yield running.uri


def run(ready_file: Path, *words: str) -> Any:
    """What a command answers as JSON."""
    command = [sys.executable, "-P", "-m", "refunds", *words, "--ready-file", str(ready_file), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def untouched_payment(database: Database[Any]) -> str:
    """One without refunds, where the sample's own limits do not end a small one."""
    wanted = {"refunds": [], "path": {"$ne": "bnk_sample01"}}
    found = database["payments"].find_one(wanted, sort=[("captured_at", -1)])
    assert found is not None
    return str(found["_id"])


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.name.partition(".")[0])
async def test_data_of_an_earlier_release_are_migrated_verified_and_gone_on_with(
    dump: Path, tmp_path: Path, mongodb: str
) -> None:
    put_back(dump, tmp_path / "data", mongodb, DATABASE)
    client = MongoClient[dict[str, Any]](mongodb)
    database = client[DATABASE]
    before = {name: database[name].count_documents({}) for name in database.list_collection_names()}
    instance = Instance(tmp_path, arguments=("--sample", "--mongodb-uri", mongodb))

    await instance.start()
    try:
        verified = run(instance.ready_file, "verify")
        planned = await plan_migration(MigrationSettings(mongodb_uri=Secret(mongodb), mongodb_database=DATABASE))
        asked = run(instance.ready_file, "refund", "create", untouched_payment(database), *OF_ONE)
        ended = run(instance.ready_file, "refund", "watch", asked["id"])
        again = run(instance.ready_file, "verify")
    finally:
        await instance.stop()

    assert verified["is_clean"], verified
    assert before["payments"] == 60
    assert (planned.found, planned.is_empty) == (NEEDED, True)
    values = list(database["parameter_values"].find({}, {"name": 1}))
    assert len([each for each in values if each["name"] in EARLIER_NAMES.values()]) >= len(
        [each for each in values if each["name"] in EARLIER_NAMES]
    )
    assert ended["status"] == "completed"
    assert again["is_clean"], again
    assert database["set_aside"].count_documents({}) == 0
    client.close()


def test_dumps_are_small_and_the_oldest_holds_money_in_whole_units() -> None:
    """Or else its migration would be tested on nothing."""
    values = bson.decode_all(content_of(DUMPS[-1], "collections/parameter_values.bson"))

    assert [dump.name for dump in DUMPS] == ["519ac00.tar.xz", "824384b.tar.xz"]
    assert all(dump.stat().st_size <= BYTES_MAX for dump in DUMPS)
    assert len([value for value in values if value["name"] in EARLIER_NAMES]) == 6
