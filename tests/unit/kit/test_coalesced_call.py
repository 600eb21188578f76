"""Concurrent requests share a call, and no request is answered by a call that began before it."""

import asyncio

import pytest

from refunds.kit.coalesced_call import CoalescedCall

MANY = 50


class Reading:
    """A call that ends when it is let go, and counts."""

    def __init__(self) -> None:
        self.begun = 0
        self.at_once = 0
        self.at_once_max = 0
        self.may_end = asyncio.Event()
        self.has_begun = asyncio.Event()

    async def __call__(self) -> None:
        self.begun += 1
        self.at_once += 1
        self.at_once_max = max(self.at_once_max, self.at_once)
        self.has_begun.set()
        await self.may_end.wait()
        self.at_once -= 1


async def test_all_who_ask_at_once_share_one_call() -> None:
    reading = Reading()
    reading.may_end.set()
    shared = CoalescedCall(call=reading, pause_s=0)

    await asyncio.gather(*(shared() for _ in range(MANY)))

    assert reading.begun == 1


async def test_who_asks_while_a_call_is_under_way_gets_the_next_one() -> None:
    reading = Reading()
    shared = CoalescedCall(call=reading, pause_s=0)
    early = asyncio.create_task(shared())
    await reading.has_begun.wait()

    late = [asyncio.create_task(shared()) for _ in range(MANY)]
    reading.may_end.set()
    await asyncio.gather(early, *late)

    assert (reading.begun, reading.at_once_max) == (2, 1)


async def test_calls_begin_a_pause_apart() -> None:
    reading = Reading()
    reading.may_end.set()
    shared = CoalescedCall(call=reading, pause_s=3600)
    await shared()

    second = asyncio.create_task(shared())
    await asyncio.wait([second], timeout=0.05)

    assert (reading.begun, second.done()) == (1, False)
    second.cancel()


async def test_error_is_raised_in_each_caller_and_the_next_call_is_a_new_one() -> None:
    failures = [OSError("away")]
    calls: list[int] = []

    async def read() -> None:
        calls.append(1)
        if failures:
            raise failures.pop()

    shared = CoalescedCall(call=read, pause_s=0)

    with pytest.raises(OSError, match="away"):
        await shared()
    await shared()

    assert len(calls) == 2


async def test_one_who_gives_up_takes_nothing_from_the_others() -> None:
    reading = Reading()
    shared = CoalescedCall(call=reading, pause_s=0)
    leaves, stays = asyncio.create_task(shared()), asyncio.create_task(shared())
    await reading.has_begun.wait()

    leaves.cancel()
    reading.may_end.set()
    await stays

    assert reading.begun == 1
