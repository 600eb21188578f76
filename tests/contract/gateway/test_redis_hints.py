"""Hints by Redis: bounded, told again after Redis was away, and never in the way of a request."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from tests.conftest import _held
from tests.support.adapters.hint_channels import (
    IDLE_S,
    PATIENCE_S,
    a_hint,
    connected,
    taken,
)

from refunds.adapters.redis import hints as redis_hints
from refunds.adapters.redis.hints import RedisHints
from refunds.ports.gateway.hints import Hint, HintKind, Hints
from refunds_embedded.launcher.servers import local_servers

STREAM = "hints:refund.ready"


async def published_until_taken(hints: Hints, number: int) -> Sequence[Hint]:
    """What comes after a hint was told again and again, as work that is still to be done is."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            hints.publish(a_hint(number))
            got = await hints.take(HintKind.SUBMIT, 64)
            if got:
                return got


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[local_servers.RedisServer]:
    """A server that a test may stop."""
    yield from _held(local_servers.redis(tmp_path))


async def test_redis_keeps_a_stream_of_bounded_length(redis_uri: str) -> None:
    redis = connected(redis_uri)
    await redis.flushall()
    hints = RedisHints(redis, idle_s=IDLE_S, stream_length_max=100)

    for number in range(1_000):
        hints.publish(a_hint(number))
    await hints.close()

    reader = connected(redis_uri)
    assert 100 <= await reader.xlen(STREAM) < 300
    await reader.aclose()


async def test_hints_published_while_redis_is_away_are_bounded_and_never_block() -> None:
    hints = RedisHints(connected("redis://127.0.0.1:1/0"), idle_s=IDLE_S)

    for number in range(redis_hints.BUFFER_MAX + 500):
        hints.publish(a_hint(number))

    assert hints.waiting_count <= redis_hints.BUFFER_MAX
    assert not await hints.take(HintKind.SUBMIT, 64)
    async with asyncio.timeout(PATIENCE_S):
        await hints.close()


async def test_deleted_stream_is_made_anew(redis_uri: str) -> None:
    redis = connected(redis_uri)
    hints = RedisHints(redis, idle_s=IDLE_S)
    await published_until_taken(hints, 1)

    await redis.delete(STREAM)

    assert a_hint(2) in await published_until_taken(hints, 2)
    await hints.close()


async def test_emptied_redis_is_gone_on_with(redis_uri: str) -> None:
    redis = connected(redis_uri)
    hints = RedisHints(redis, idle_s=IDLE_S)
    await published_until_taken(hints, 1)
    waiting = asyncio.create_task(hints.take(HintKind.SUBMIT, 64))
    await asyncio.sleep(0)

    await redis.flushall()

    await waiting
    assert a_hint(2) in await published_until_taken(hints, 2)
    await hints.close()


async def test_key_of_another_kind_in_the_streams_place_is_survived(redis_uri: str) -> None:
    redis = connected(redis_uri)
    hints = RedisHints(redis, idle_s=IDLE_S)
    await redis.set(STREAM, "not a stream")

    hints.publish(a_hint(1))
    assert not await hints.take(HintKind.SUBMIT, 64)
    await redis.delete(STREAM)

    assert a_hint(2) in await published_until_taken(hints, 2)
    await hints.close()


async def test_entry_that_is_no_hint_is_left_out(redis_uri: str) -> None:
    redis = connected(redis_uri)
    await redis.flushall()
    hints = RedisHints(redis, idle_s=IDLE_S)
    await redis.xadd(STREAM, {"else": "thing"})
    await redis.xadd(STREAM, {"payment_id": b"\xff", "refund_id": b"\xff"})
    hints.publish(a_hint(1))

    assert await taken(hints, 1) == [a_hint(1)]
    await hints.close()


async def test_redis_that_is_stopped_and_started_again_is_used_again(own_redis: local_servers.RedisServer) -> None:
    hints = RedisHints(connected(own_redis.uri), idle_s=IDLE_S)
    await published_until_taken(hints, 1)

    await own_redis.server.kill()
    for number in range(100):
        hints.publish(a_hint(number))
    assert not await hints.take(HintKind.SUBMIT, 64)
    await own_redis.server.start()

    assert a_hint(200) in await published_until_taken(hints, 200)
    await hints.close()


async def test_sender_that_ended_by_a_defect_is_started_again(redis_uri: str) -> None:
    class BreaksOnce(Redis):  # type: ignore[type-arg]
        broken = False

        def pipeline(self, *args: Any, **rest: Any) -> Any:
            if not self.broken:
                self.broken = True
                raise ZeroDivisionError
            return super().pipeline(*args, **rest)

    hints = RedisHints(BreaksOnce.from_url(redis_uri), idle_s=IDLE_S)

    assert a_hint(1) in await published_until_taken(hints, 1)
    await hints.close()


async def test_closing_sends_what_waits(redis_uri: str) -> None:
    redis = connected(redis_uri)
    await redis.flushall()
    publisher, taker = RedisHints(redis, idle_s=IDLE_S), RedisHints(connected(redis_uri), idle_s=IDLE_S)

    for number in range(50):
        publisher.publish(a_hint(number))
    await publisher.close()

    assert len(await taken(taker, 50)) == 50
    await taker.close()


async def test_many_processes_leave_one_name_in_the_group(redis_uri: str) -> None:
    redis = connected(redis_uri)
    await redis.flushall()
    for number in range(3):
        hints = RedisHints(connected(redis_uri), idle_s=IDLE_S)
        await published_until_taken(hints, number)
        await hints.close()

    assert len(await redis.xinfo_consumers(STREAM, redis_hints.GROUP)) == 1
    await redis.aclose()


async def test_closing_while_redis_is_away_ends_soon() -> None:
    hints = RedisHints(connected("redis://127.0.0.1:1/0"), idle_s=IDLE_S)
    hints.publish(a_hint(1))

    async with asyncio.timeout(PATIENCE_S):
        try:
            await hints.close()
        except RedisError:
            pytest.fail("closing tells nobody that Redis is away")
