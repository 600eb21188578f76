"""One channel of hints after the other."""

from collections.abc import AsyncIterator

import pytest
from tests.support.adapters.hint_channels import Door, LocalDoor, MemoryDoor, RedisDoor, SqsDoor

from refunds.ports.gateway.hints import Hints


@pytest.fixture(params=["local", "memory", "redis", "sqs"])
def door(request: pytest.FixtureRequest) -> Door:
    """One implementation after the other; its server runs outside of any event loop of a test."""
    if request.param == "redis":
        return RedisDoor(request.getfixturevalue("redis_uri"))
    if request.param == "sqs":
        return SqsDoor(request.getfixturevalue("aws_url"))
    return LocalDoor() if request.param == "local" else MemoryDoor()


@pytest.fixture
async def channels(door: Door) -> AsyncIterator[tuple[Hints, Hints]]:
    """Two ends of one channel, as two processes hold them; nothing told yet."""
    async with door() as opened:
        yield opened


@pytest.fixture
def hints(channels: tuple[Hints, Hints]) -> Hints:
    """One end."""
    return channels[0]
