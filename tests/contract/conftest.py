"""Each contract suite that takes `stores` runs once for every implementation."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest
from tests.support.stores import STORES, Stores


@pytest.fixture(params=list(STORES))
def opening(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Stores]:
    """One implementation after the other, its server running."""
    return STORES[request.param](request)


@pytest.fixture
async def stores(opening: AbstractAsyncContextManager[Stores]) -> AsyncIterator[Stores]:
    """The stores of one implementation, empty."""
    async with opening as opened:
        yield opened
