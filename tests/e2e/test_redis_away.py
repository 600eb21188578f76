"""Redis emptied, then killed, in the middle of a load on five processes: slower at most, nothing lost, books right."""

import asyncio
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis
from tests.support.http.caller import Caller
from tests.support.processes.instance import Instance

REFUNDS = 500
CLIENTS = 8
FLUSHES = 5
KILLS = 3
SLOWEST_S = 10.0
"""A request is answered without Redis; what it waits for here is two busy cores."""


async def _ask(caller: Caller, waits_s: list[float]) -> None:
    payments = [await caller.capture() for _ in range(REFUNDS // 4)]
    asked = iter([payment for payment in payments for _ in range(4)])

    async def client() -> None:
        for payment in asked:
            began = time.perf_counter()
            status, answer = await caller.refund(payment, 2_500)
            waits_s.append(time.perf_counter() - began)
            assert status == 201, answer

    await asyncio.gather(*(client() for _ in range(CLIENTS)))


async def _flush(instance: Instance) -> None:
    redis: Redis = Redis.from_url(instance.ready["redis_uri"])
    await redis.flushall()
    await redis.aclose()


async def _disturb(instance: Instance, waits_s: list[float]) -> None:
    """Flushes and kills, spread over the load by how many refunds were asked for."""
    for number in range(FLUSHES + KILLS):
        while len(waits_s) < (number + 1) * REFUNDS // (FLUSHES + KILLS + 2):
            await asyncio.sleep(0.01)
        if number < FLUSHES:
            await _flush(instance)
        else:
            pid = instance.pids()["redis"]
            instance.kill("redis")
            while instance.pids().get("redis") in (None, pid):
                await asyncio.sleep(0.05)


async def _verify(instance: Instance) -> int:
    verified = await asyncio.create_subprocess_exec(
        ".venv/bin/refunds", "verify", "--ready-file", str(instance.ready_file)
    )
    return await verified.wait()


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_refunds_end_and_books_are_right_whatever_happens_to_redis(tmp_path: Path) -> None:
    instance = Instance(tmp_path, ("--sample", "--split"), {"REFUNDS_REVIEW_AT_ONCE": "0"})
    await instance.start()
    waits_s: list[float] = []

    async with Caller(instance.ready) as caller:
        await caller.plant_merchant()
        await asyncio.gather(_ask(caller, waits_s), _disturb(instance, waits_s))
        statuses = await asyncio.gather(*(caller.settled(refund_id) for refund_id in caller.acknowledged))
        moved = [amount for of in (await caller.books()).values() for amount in of.values()]

    print(f"slowest answer {max(waits_s):.2f} s; answers {caller.statuses}")
    assert statuses == ["completed"] * REFUNDS
    assert moved == [2_500] * REFUNDS
    assert max(waits_s) < SLOWEST_S
    assert await _verify(instance) == 0
    assert await instance.stop() == 0
