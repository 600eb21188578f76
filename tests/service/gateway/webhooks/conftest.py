"""The endpoint of webhooks, running on an empty database."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.gateway.back_door import BackDoor, door_on


@pytest.fixture
async def door(database: AsyncDatabase[Any], mongodb_uri: str) -> AsyncIterator[BackDoor]:
    """A running door on an empty database."""
    async with door_on(database, mongodb_uri) as opened:
        yield opened
