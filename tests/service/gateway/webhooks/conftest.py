"""The endpoint of webhooks, running on an empty database."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.gateway.gateway_endpoint import GatewayEndpoint, endpoint_on


@pytest.fixture
async def endpoint(database: AsyncDatabase[Any], mongodb_uri: str) -> AsyncIterator[GatewayEndpoint]:
    """A running endpoint on an empty database."""
    async with endpoint_on(database, mongodb_uri) as opened:
        yield opened
