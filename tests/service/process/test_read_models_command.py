"""`refunds read-models rebuild` on an instance's database, beside a relay that runs, and where none does."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import contents, current, relay_of, run_dry
from tests.support.adapters.schema import migrated
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import verified_without_books
from tests.support.processes.command_line import Ran, refunds, write_instance

from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.read_model_schema import REFUND_LIST
from refunds.cli.client.ready_file import DATABASE
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models
from refunds.usecases.projections.relay_events import RelayEvents
from refunds.usecases.projections.watch_rebuild import RebuildStandsStill, RebuildStep, WatchRebuild

Database = AsyncDatabase[Any]


@pytest.fixture
async def database(mongodb_uri: str) -> AsyncIterator[Database]:
    """The database of an instance, by its own name."""
    async with connect(mongodb_uri) as client:
        opened = open_database(client, DATABASE)
        await migrated(opened)
        yield opened
        await client.drop_database(DATABASE)


@pytest.fixture
def ready_file(tmp_path: Path, mongodb_uri: str) -> Path:
    """The instance's ready file."""
    written = write_instance(tmp_path, "http://127.0.0.1:1")
    written.write_text(json.dumps(json.loads(written.read_text()) | {"mongodb_uri": mongodb_uri}))
    return written


@asynccontextmanager
async def carried_on(relay: RelayEvents) -> AsyncIterator[None]:
    """The relay steps on and on as long as the block runs."""
    is_over = False

    async def on() -> None:
        while not is_over:
            await relay()

    running = asyncio.create_task(on())
    yield
    is_over = True
    await running


async def typed(*words: str) -> Ran:
    """The command, in a thread of its own with its own loop."""
    return await asyncio.to_thread(refunds, "read-models", "rebuild", *words)


async def test_rebuild_ends_when_its_generation_is_read_and_mends_what_lists_showed(
    database: Database, ready_file: Path
) -> None:
    await Shop(database).busy_hour(9)
    relay = relay_of(database, polls_before_takeover=0, scanned_payments_max=2)
    await run_dry(relay, database)
    sound = await contents(database)
    await (await current(database, REFUND_LIST)).delete_many({"currency": "JPY"})

    async with carried_on(relay):
        people = await typed("--ready-file", str(ready_file))
        programs = await typed("--ready-file", str(ready_file), "--json")
        report = await verified_without_books(database)

    assert people.code == 0
    assert people.out == "The rebuild has ended. The service now uses the new set of read models (generation 1).\n"
    assert programs.document == {"generation": 2, "is_current": True}
    assert "rebuilding" in people.err
    assert (await contents(database)).keys() == sound.keys()
    assert (await contents(database))[REFUND_LIST] == sound[REFUND_LIST]
    assert [check.found for check in report.checks if check.violations] == []


async def test_rebuild_that_is_only_ordered_is_done_later(database: Database, ready_file: Path) -> None:
    await Shop(database).busy_hour(3)
    relay = relay_of(database, polls_before_takeover=0)
    await run_dry(relay, database)

    ordered = await typed("--no-wait", "--json", "--ready-file", str(ready_file))
    before = await MongoReadModels(database).position()
    await run_dry(relay, database)
    after = await MongoReadModels(database).position()

    assert (ordered.code, ordered.document) == (0, {"generation": 1, "is_current": False})
    assert (before.is_building, before.generation, after.is_building, after.generation) == (True, 0, False, 1)


async def test_watcher_reports_each_payment_once_and_gives_up_where_nobody_works(database: Database) -> None:
    await Shop(database).busy_hour(9)
    relay, models = relay_of(database, polls_before_takeover=0, scanned_payments_max=2), MongoReadModels(database)
    await run_dry(relay, database)

    told: list[tuple[RebuildStep, int]] = []

    def watch(pause: Callable[[], Any]) -> WatchRebuild:
        return WatchRebuild(
            models=models,
            count_between=MongoPaymentScan(database).count_between,
            pause=pause,
            report=lambda step, more: told.append((step, more)),
            idle_polls_max=3,
        )

    async def nobody_works() -> None:
        """The position stays."""

    generation = await rebuild_read_models(models)
    with pytest.raises(RebuildStandsStill):
        await watch(nobody_works).until_current(generation)
    told.clear()
    await watch(relay).until_current(generation)

    walked = [more for _, more in told]
    assert sum(walked) == await database["payments"].count_documents({})
    assert max(walked) <= 2
    assert told[0] == (RebuildStep.EMPTYING, 0)
