"""A rolling change of version under load, and back: this release and the one before on one database.

Processes of both take requests, webhooks and work, relay and verify at the same time, while the migration runs.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.gateway import sandbox_process
from tests.support.adapters.verifying import verified_with_books
from tests.support.http.caller import Caller
from tests.support.processes.releases import Front, Release, Running, code_before, front_on

from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.migrations.stored_version import NEEDED, read_schema_version
from refunds.adapters.mongo.stored_forms import PAYMENT_SHAPE_WRITTEN
from refunds_embedded.launcher.instance.instance_secrets import new_issuer_key

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CLIENTS = 6
LONG_S = 2.0
TOKENS = ("tok_ok", "tok_ok", "tok_pending", "tok_webhook_only", "tok_late_failure", "tok_refused_declined")


@dataclass
class Load:
    """Callers that go on until they are stopped; each word of theirs is repeated until it is answered."""

    caller: Caller
    stop: asyncio.Event

    async def run(self) -> None:
        await asyncio.gather(*(self._client(random.Random(number)) for number in range(CLIENTS)))

    async def _client(self, chance: random.Random) -> None:
        while not self.stop.is_set():
            payment = await self.caller.capture(token=chance.choice(TOKENS))
            for amount in (1_000, 2_500):
                await self.caller.refund(payment, amount)
                await asyncio.sleep(chance.uniform(0, 0.1))


@pytest.fixture
async def database(mongodb_uri: str, mongodb_database: str) -> AsyncIterator[AsyncDatabase[Any]]:
    """One that nobody has migrated."""
    async with connect(mongodb_uri) as client:
        yield open_database(client, mongodb_database)


@dataclass
class Side:
    """Both releases behind one address, with a caller and the gateway's books."""

    before: Release
    now: Release
    front: Front
    caller: Caller

    async def add(self, release: Release) -> Running:
        running = await release.start(sandbox_process.free_port())
        self.front.running.append(running)
        return running

    async def end(self, running: Running) -> None:
        """No more requests, then SIGTERM, as the load balancer does it."""
        self.front.running.remove(running)
        assert await running.stop() == 0, running.log_file.read_text()[-2_000:]


@pytest.fixture
async def side(tmp_path: Path, mongodb_uri: str, mongodb_database: str) -> AsyncIterator[Side]:
    port = sandbox_process.free_port()
    key_file = tmp_path / "issuer.jwk.json"
    key_file.write_text(new_issuer_key())
    webhooks = {"WEBHOOK_URL": f"http://127.0.0.1:{port}/webhooks/sandbox", "WEBHOOK_SECRET": sandbox_process.SECRET}
    with sandbox_process.running(tmp_path / "sandbox", **webhooks, DELAY_MS="200") as sandbox:
        environ = {
            "REFUNDS_MONGODB_URI": mongodb_uri,
            "REFUNDS_MONGODB_DATABASE": mongodb_database,
            "REFUNDS_SANDBOX_URL": sandbox.url,
            "REFUNDS_SANDBOX_WEBHOOK_SECRET": sandbox_process.SECRET,
            "REFUNDS_ISSUER_KEY_FILE": str(key_file),
            "REFUNDS_SAMPLE": "1",
        }
        ready = {"url": f"http://127.0.0.1:{port}", "issuer_key_file": str(key_file), "sandbox_url": sandbox.url}
        async with front_on(port) as front, Caller(ready) as caller:
            before = Release(environ, tmp_path, code_before(tmp_path / "before"))
            side = Side(before, Release(environ, tmp_path), front, caller)
            try:
                yield side
            finally:
                for running in side.front.running:
                    running.process.kill()
                    running.process.wait()


async def test_release_is_changed_and_changed_back_under_load_and_nothing_is_lost(
    side: Side, database: AsyncDatabase[Any]
) -> None:
    load = Load(side.caller, asyncio.Event())
    old = await side.add(side.before)
    await side.caller.plant_merchant()
    under_load = asyncio.create_task(load.run())
    try:
        await asyncio.sleep(LONG_S)
        migrated = await side.now.run("migrate")
        new = await side.add(side.now)
        await asyncio.sleep(LONG_S)
        await side.end(old)
        await asyncio.sleep(LONG_S)
        back = await side.add(side.before)
        await asyncio.sleep(LONG_S)
        await side.end(new)
        await asyncio.sleep(LONG_S)
        last = await side.add(side.now)
        await side.end(back)
    finally:
        load.stop.set()
        await under_load

    ended = await asyncio.gather(*(side.caller.settled(refund_id) for refund_id in side.caller.acknowledged))
    report = await verified_with_books(database, side.caller.ready["sandbox_url"])

    assert migrated[0] == 0, migrated[1]
    assert await read_schema_version(database) == NEEDED
    each_refund = [{"$unwind": "$refunds"}, {"$group": {"_id": "$refunds.id"}}]
    stored = {each["_id"] async for each in await database["payments"].aggregate(each_refund)}
    assert side.caller.acknowledged.keys() <= stored
    assert len(ended) == len(side.caller.acknowledged) > 50
    shapes = {each["_id"] async for each in await database["payments"].aggregate([{"$group": {"_id": "$shape"}}])}
    assert shapes == {None, PAYMENT_SHAPE_WRITTEN}
    assert all(side.front.answered.get(each.url, 0) > 20 for each in (old, new, back))
    assert await database["set_aside"].count_documents({}) == 0
    assert report.is_clean, report
    await side.end(last)
