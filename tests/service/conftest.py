"""A database with the product's schema, for tests that want real MongoDB."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.read_model_schema import ensure_indexes
from refunds.adapters.mongo.schema import ensure_schema


@pytest.fixture
async def database(mongodb_uri: str, mongodb_database: str) -> AsyncIterator[AsyncDatabase[Any]]:
    """An empty database with collections, validators and indexes."""
    client = connect(mongodb_uri)
    database = open_database(client, mongodb_database)
    await ensure_schema(database)
    await ensure_indexes(database)
    yield database
    await client.close()
