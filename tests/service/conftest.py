"""A database with the product's schema, and the public routes over HTTP on memory stores."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.schema import migrated
from tests.support.http.site import Client, running

from refunds.adapters.mongo.client import connect, open_database


@pytest.fixture
async def database(mongodb_uri: str, mongodb_database: str) -> AsyncIterator[AsyncDatabase[Any]]:
    """An empty database with collections, validators and indexes."""
    client = connect(mongodb_uri)
    database = open_database(client, mongodb_database)
    await migrated(database)
    yield database
    await client.close()


@pytest.fixture
async def api() -> AsyncIterator[Client]:
    """The public routes over real HTTP on memory stores, with tenants planted."""
    async with running() as client:
        yield client
