"""Each contract suite that takes `stores` runs once for every implementation."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest
from tests.support.adapters.sides import Side, in_memory, on_mongodb
from tests.support.adapters.stores import STORES, Stores


@pytest.fixture(params=list(STORES))
def opening(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Stores]:
    """One implementation after the other, its server running."""
    return STORES[request.param](request)


@pytest.fixture
async def stores(opening: AbstractAsyncContextManager[Stores]) -> AsyncIterator[Stores]:
    """The stores of one implementation, empty."""
    async with opening as opened:
        yield opened


@pytest.fixture(params=["memory", "mongo"])
def opening_side(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Side]:
    """One database after the other, its server running."""
    if request.param == "memory":
        return in_memory()
    return on_mongodb(request.getfixturevalue("mongodb_uri"), request.getfixturevalue("mongodb_database"))


@pytest.fixture
async def side(opening_side: AbstractAsyncContextManager[Side]) -> AsyncIterator[Side]:
    """All clients of one empty database."""
    async with opening_side as opened:
        yield opened


@pytest.fixture
async def both(mongodb_uri: str, mongodb_database: str) -> AsyncIterator[tuple[Side, Side]]:
    """(The simulated database, the real one), both empty: the same steps lead to the same documents."""
    async with in_memory() as simulated, on_mongodb(mongodb_uri, mongodb_database) as real:
        yield simulated, real
