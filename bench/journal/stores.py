"""Opens the two stores on one mongod. Each has its own database and the clients that a service has."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.journal.payments import JournalPayments
from refunds.adapters.mongo.journal.schema import create_journal
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.kit.config import Secret
from refunds.runtime.process.migration import MigrationSettings, run_migration
from refunds_embedded.launcher.servers.local_servers import replica_set

Store = MongoPaymentStore | JournalPayments
KINDS: dict[str, type[Store]] = {"update": MongoPaymentStore, "journal": JournalPayments}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One store, its database, and mongod's process. `again` opens the store anew, with nothing in memory."""

    name: str
    store: Store
    database: AsyncDatabase[Any]
    updates: AsyncDatabase[Any]
    mongod_pid: int

    def again(self) -> Store:
        """The same store as a process sees it that has just started."""
        return KINDS[self.name](self.database, SystemIds().write_token, updates=self.updates)


@asynccontextmanager
async def both() -> AsyncIterator[list[Opened]]:
    """Both stores, empty."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-journal-")))
        servers = await stack.enter_async_context(replica_set(folder))
        yield [await _opened(stack, name, servers.uri, servers.members[0].pid) for name in KINDS]


async def _opened(stack: AsyncExitStack, name: str, uri: str, pid: int) -> Opened:
    client = await stack.enter_async_context(connect(uri, application="bench"))
    updating = await stack.enter_async_context(connect(uri, application="bench", retries_writes=False))
    database, updates = open_database(client, f"bench_{name}"), open_database(updating, f"bench_{name}")
    if name == "update":
        await run_migration(MigrationSettings(mongodb_uri=Secret(uri), mongodb_database=database.name))
    else:
        await create_journal(database)
    store = KINDS[name](database, SystemIds().write_token, updates=updates)
    return Opened(name=name, store=store, database=database, updates=updates, mongod_pid=pid)
