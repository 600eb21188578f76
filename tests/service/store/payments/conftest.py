"""Stores of payments on a real MongoDB, directly and behind a proxy that holds and loses answers."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.store.payments.commit_steps import Commands
from tests.service.store.payments.payment_store_steps import IDS, Kind
from tests.support.processes.flaky_proxy import FlakyProxy, flaky_proxy

from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.journal.payments import JournalPayments
from refunds.adapters.mongo.journal.schema import create_journal
from refunds.adapters.mongo.payments.payments import GroupedPayments, MongoPaymentStore
from refunds.adapters.mongo.schema import PAYMENTS
from refunds_embedded.launcher.servers.local_servers import ReplicaSet


@pytest.fixture
def kind() -> Kind:
    """The store under test; `BOTH_KINDS` puts the one on the journal beside it."""
    return MongoPaymentStore


@pytest.fixture
async def stored(database: AsyncDatabase[Any], kind: Kind) -> AsyncDatabase[Any]:
    """The database, with the collections of the store under test."""
    if kind is JournalPayments:
        await create_journal(database)
    return database


@pytest.fixture
def store(stored: AsyncDatabase[Any], kind: Kind) -> MongoPaymentStore | JournalPayments:
    return kind(stored, IDS.write_token)


@pytest.fixture
def two_stores(stored: AsyncDatabase[Any], kind: Kind) -> tuple[GroupedPayments, GroupedPayments]:
    """As two processes on one database."""
    return kind(stored, IDS.write_token), kind(stored, IDS.write_token)


@pytest.fixture
def documents(database: AsyncDatabase[Any]) -> Any:
    """The collection, for what is done behind the store's back."""
    return database[PAYMENTS]


@pytest.fixture
async def proxy(mongodb: ReplicaSet) -> AsyncIterator[FlakyProxy]:
    async with flaky_proxy(mongodb.members[0].port) as running:
        yield running


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
async def far(
    proxy: FlakyProxy, commands: Commands, database: AsyncDatabase[Any], mongodb_database: str
) -> AsyncIterator[AsyncDatabase[Any]]:
    """The database through the proxy, its commands counted."""
    uri = f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true"
    client = connect(uri, timeout_s=30.0, listeners=(commands,))
    yield open_database(client, mongodb_database)
    proxy.let_go()
    await client.close()


@pytest.fixture
def elsewhere(database: AsyncDatabase[Any]) -> MongoPaymentStore:
    """Another process with a line of its own."""
    return MongoPaymentStore(database, IDS.write_token)
