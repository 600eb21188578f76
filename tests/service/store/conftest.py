"""The public routes over HTTP on a real database."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.http.site import Client, running
from tests.support.http.stored_site import StoredWorld


@pytest.fixture
async def site(database: AsyncDatabase[Any]) -> AsyncIterator[Client]:
    async with running(StoredWorld(database=database)) as client:
        yield client
