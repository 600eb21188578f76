"""A failed or canceled flight fails its own operations only, and no wake-up is lost.

Pure asyncio: flights land when the test says so; nothing waits for time.
"""

import asyncio

import pytest
from tests.contract.payments.group_commit_engines import Airport, Batch, EngineFailure, a_queue, settle_down

from refunds.kit.group_commit import GroupCommit, Unanswered


async def test_a_failing_flight_fails_its_own_operations_only() -> None:
    airport = Airport()
    queue = a_queue(airport, flights_max=2)
    first = queue.submit("a", 1)
    await settle_down()
    second = queue.submit("b", 2)
    third = queue.submit("a", 3)
    await settle_down()

    airport.crash(0)
    await settle_down()
    airport.land(1)
    airport.land(2)

    with pytest.raises(EngineFailure):
        await first
    assert (await second, await third) == (20, 30)


async def test_operation_that_its_flight_forgot_is_answered_and_does_not_wait_for_ever() -> None:
    async def forget(batch: Batch) -> None:
        batch[0].pending[0].settle(1)

    queue: GroupCommit[str, int, int] = GroupCommit(fly=forget)
    answered, forgotten = queue.submit("a", 1), queue.submit("b", 2)

    assert await answered == 1
    with pytest.raises(Unanswered):
        await forgotten


async def test_one_that_no_longer_waits_disturbs_nobody() -> None:
    airport = Airport()
    queue = a_queue(airport)
    gone, there = queue.submit("a", 1), queue.submit("a", 2)
    await settle_down()

    gone.cancel()
    airport.land(0)

    assert await there == 20


async def test_draining_waits_for_all_that_was_taken_in() -> None:
    airport = Airport()
    queue = a_queue(airport, flights_max=1, keys_max=1)
    answers = [queue.submit("abc"[number], number) for number in range(3)]
    draining = asyncio.create_task(queue.drain())

    for flight in range(3):
        await settle_down()
        assert not draining.done()
        airport.land(flight)
    await draining

    assert [answer.result() for answer in answers] == [0, 10, 20]


async def test_draining_an_idle_queue_ends_at_once() -> None:
    airport = Airport()
    draining = asyncio.create_task(a_queue(airport).drain())

    await asyncio.sleep(0)

    assert draining.done()
    assert airport.batches == []


async def test_draining_after_a_canceled_flight_flies_what_waited_for_it() -> None:
    airport = Airport()
    queue = a_queue(airport, flights_max=1)
    canceled = queue.submit("a", 1)
    await settle_down()
    waiting = [queue.submit("a", 2), queue.submit("b", 3)]
    (flight,) = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    flight.cancel()
    await settle_down()

    draining = asyncio.create_task(queue.drain())
    await settle_down()
    assert len(airport.batches) == 2
    airport.land(1)
    await settle_down()

    assert draining.done()
    assert [answer.result() for answer in waiting] == [20, 30]
    with pytest.raises(Unanswered):
        await canceled


async def test_a_draining_that_is_given_up_cancels_no_flight() -> None:
    airport = Airport()
    queue = a_queue(airport)
    answer = queue.submit("a", 1)
    await settle_down()

    draining = asyncio.create_task(queue.drain())
    await settle_down()
    draining.cancel()
    await settle_down()
    airport.land(0)

    assert await answer == 10
