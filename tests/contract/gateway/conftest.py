"""One channel of hints after the other."""

from collections.abc import AsyncIterator

import pytest
from tests.support.adapters.hint_channels import Channel, LocalChannel, MemoryChannel, RedisChannel, SqsChannel

from refunds.ports.gateway.hints import Hints


@pytest.fixture(params=["local", "memory", "redis", "sqs"])
def channel(request: pytest.FixtureRequest) -> Channel:
    """One implementation after the other; its server runs outside of any event loop of a test."""
    if request.param == "redis":
        return RedisChannel(request.getfixturevalue("redis_uri"))
    if request.param == "sqs":
        return SqsChannel(request.getfixturevalue("aws_url"))
    return LocalChannel() if request.param == "local" else MemoryChannel()


@pytest.fixture
async def channels(channel: Channel) -> AsyncIterator[tuple[Hints, Hints]]:
    """Two ends of one channel, as two processes hold them; nothing told yet."""
    async with channel() as opened:
        yield opened


@pytest.fixture
def hints(channels: tuple[Hints, Hints]) -> Hints:
    """One end."""
    return channels[0]
