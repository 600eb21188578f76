"""What invalidations promise (`ports.settings.config_invalidation`), in memory and over Redis, also without Redis."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from tests.conftest import _held
from tests.support.adapters.hint_channels import IDLE_S, connected

from refunds.adapters.memory.settings.config_invalidation import MemoryChannel, MemoryConfigInvalidations
from refunds.adapters.redis.config_invalidation import BUFFER_MAX, RedisConfigInvalidations
from refunds.ports.settings.config_invalidation import ConfigInvalidations
from refunds_embedded.launcher.servers import local_servers

PATIENCE_S = 20.0


@asynccontextmanager
async def in_memory() -> AsyncIterator[tuple[ConfigInvalidations, ConfigInvalidations]]:
    """Two processes' ends of one channel."""
    channel = MemoryChannel()
    yield MemoryConfigInvalidations(channel, idle_s=IDLE_S), MemoryConfigInvalidations(channel, idle_s=IDLE_S)


@asynccontextmanager
async def over_redis(uri: str) -> AsyncIterator[tuple[ConfigInvalidations, ConfigInvalidations]]:
    """Two processes' ends, both listening."""
    opened = [RedisConfigInvalidations(connected(uri), idle_s=IDLE_S) for _ in range(2)]
    for end in opened:
        await until_it_listens(end)
    for end in opened:
        await until_quiet(end)
    yield opened[0], opened[1]
    for end in opened:
        await end.close()


@asynccontextmanager
async def closed_at_the_end(uri: str) -> AsyncIterator[RedisConfigInvalidations]:
    """One process's end, closed also if the test fails: its task would go on."""
    end = RedisConfigInvalidations(connected(uri), idle_s=IDLE_S)
    try:
        yield end
    finally:
        await end.close()


@pytest.fixture(params=["memory", "redis"])
def opening(
    request: pytest.FixtureRequest,
) -> AbstractAsyncContextManager[tuple[ConfigInvalidations, ConfigInvalidations]]:
    """One implementation after the other."""
    return in_memory() if request.param == "memory" else over_redis(request.getfixturevalue("redis_uri"))


@pytest.fixture
async def ends(
    opening: AbstractAsyncContextManager[tuple[ConfigInvalidations, ConfigInvalidations]],
) -> AsyncIterator[tuple[ConfigInvalidations, ConfigInvalidations]]:
    """Two ends."""
    async with opening as opened:
        yield opened


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[local_servers.RedisServer]:
    """A server that a test may stop."""
    yield from _held(local_servers.redis(tmp_path))


async def until_received(end: ConfigInvalidations) -> bool:
    """True as soon as word came; TimeoutError where none did."""
    async with asyncio.timeout(PATIENCE_S):
        while not await end.wait():
            pass
    return True


async def until_it_listens(end: ConfigInvalidations) -> None:
    """Tells by the end itself, again and again, until it hears itself."""
    async with asyncio.timeout(PATIENCE_S):
        end.publish()
        while not await end.wait():
            end.publish()


async def until_quiet(end: ConfigInvalidations) -> None:
    """Takes what is left."""
    async with asyncio.timeout(PATIENCE_S):
        while await end.wait():
            pass


async def test_every_process_receives_it(ends: tuple[ConfigInvalidations, ConfigInvalidations]) -> None:
    ends[0].publish()

    heard = [await until_received(end) for end in ends]

    assert heard == [True, True]
    assert not any([await end.wait() for end in ends])


async def test_nothing_is_received_where_nothing_was_published(
    ends: tuple[ConfigInvalidations, ConfigInvalidations],
) -> None:
    assert not await ends[0].wait()


async def test_words_that_came_together_are_one(ends: tuple[ConfigInvalidations, ConfigInvalidations]) -> None:
    for _ in range(50):
        ends[1].publish()

    await until_received(ends[0])
    await until_quiet(ends[0])

    assert not await ends[0].wait()


async def test_words_of_others_that_came_together_are_one(redis_uri: str) -> None:
    async with over_redis(redis_uri) as ends, connected(redis_uri) as third:
        for _ in range(50):
            await third.publish("snapshots:changed", b"")

        await until_received(ends[0])

        assert not await ends[0].wait()


async def test_closed_end_receives_nothing_more() -> None:
    async with in_memory() as ends:
        await ends[0].close()
        ends[1].publish()

        assert not await ends[0].wait()
        assert await ends[1].wait()


async def test_at_most_one_announcement_waits_to_be_published(redis_uri: str) -> None:
    async with closed_at_the_end(redis_uri) as end:
        for _ in range(1_000):
            end.publish()

        assert end._sender.waiting_count == BUFFER_MAX


async def test_while_redis_is_away_publishing_neither_waits_nor_fails_and_receiving_goes_on(
    own_redis: local_servers.RedisServer,
) -> None:
    async with closed_at_the_end(own_redis.uri) as end:
        await until_it_listens(end)

        await own_redis.server.kill()
        end.publish()
        await until_quiet(end)  # what it was told before is left in its connection
        await own_redis.server.start()

        await until_it_listens(end)
