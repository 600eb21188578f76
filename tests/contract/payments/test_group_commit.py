"""What owners of a group commit rely on: batches while in flight, one flight per key, bounds, no lost wake-up.

Pure asyncio: flights land when the test says so; nothing waits for time.
"""

import asyncio

import pytest
from tests.contract.payments.group_commit_engines import Airport, Batch, EngineFailure, a_queue, settle_down

from refunds.kit.group_commit import GroupCommit, QueueFull, Unanswered

# --- batching ------------------------------------------------------------------------------------


async def test_a_lone_operation_flies_at_once() -> None:
    airport = Airport()
    answer = a_queue(airport).submit("a", 1)

    await settle_down()
    airport.land(0)

    assert await answer == 10


async def test_what_is_submitted_together_flies_together() -> None:
    airport = Airport()
    queue = a_queue(airport)

    for number in range(5):
        queue.submit("abc"[number % 3], number)
    await settle_down()

    assert airport.taken() == [{"a": [0, 3], "b": [1, 4], "c": [2]}]


async def test_operations_collect_while_all_flights_are_in_the_air_and_leave_with_the_next() -> None:
    airport = Airport()
    queue = a_queue(airport, flights_max=1)
    queue.submit("a", 1)
    await settle_down()

    for number in (2, 3, 4):
        queue.submit("bcd"[number - 2], number)
        await settle_down()
    assert len(airport.batches) == 1
    airport.land(0)
    await settle_down()

    assert airport.taken() == [{"a": [1]}, {"b": [2], "c": [3], "d": [4]}]


async def test_a_second_flight_starts_for_other_keys_while_the_first_is_in_the_air() -> None:
    airport = Airport()
    queue = a_queue(airport, flights_max=2)
    queue.submit("a", 1)
    await settle_down()

    queue.submit("b", 2)
    await settle_down()

    assert airport.taken() == [{"a": [1]}, {"b": [2]}]


# --- one key at a time ---------------------------------------------------------------------------


async def test_a_key_in_flight_waits_although_there_is_a_free_flight() -> None:
    airport = Airport()
    queue = a_queue(airport, flights_max=2)
    queue.submit("a", 1)
    await settle_down()

    later = queue.submit("a", 2)
    await settle_down()
    assert len(airport.batches) == 1
    airport.land(0)
    await settle_down()
    airport.land(1)

    assert await later == 20


async def test_operations_of_a_key_are_taken_in_the_order_of_arrival() -> None:
    airport = Airport()
    queue = a_queue(airport, per_key_max=2)
    for number in range(5):
        queue.submit("a", number)

    for flight in range(3):
        await settle_down()
        airport.land(flight)

    assert airport.taken() == [{"a": [0, 1]}, {"a": [2, 3]}, {"a": [4]}]


async def test_a_busy_key_does_not_keep_others_from_flying() -> None:
    airport = Airport()
    queue = a_queue(airport, per_key_max=1, keys_max=1, flights_max=1)
    for number in range(3):
        queue.submit("a", number)
    queue.submit("b", 9)

    for flight in range(3):
        await settle_down()
        airport.land(flight)
    await settle_down()

    assert {"b": [9]} in airport.taken()[:2]


# --- bounds --------------------------------------------------------------------------------------


async def test_a_batch_has_at_most_so_many_keys_and_so_many_flights_are_in_the_air() -> None:
    airport = Airport()
    queue = a_queue(airport, keys_max=2, flights_max=3)

    for number in range(20):
        queue.submit(f"key-{number}", number)
    await settle_down()

    assert [len(batch) for batch in airport.batches] == [2, 2, 2]


async def test_a_full_queue_refuses_and_takes_again_when_a_flight_has_left() -> None:
    airport = Airport()
    queue = a_queue(airport, waiting_max=3, flights_max=1, keys_max=1)
    for number in range(3):
        queue.submit("abc"[number], number)

    with pytest.raises(QueueFull):
        queue.submit("d", 3)
    await settle_down()
    queue.submit("d", 3)
    with pytest.raises(QueueFull):
        queue.submit("e", 4)


async def test_a_refused_operation_leaves_nothing_behind() -> None:
    airport = Airport()
    queue = a_queue(airport, waiting_max=1)
    queue.submit("a", 1)
    with pytest.raises(QueueFull):
        queue.submit("b", 2)

    await settle_down()

    assert airport.taken() == [{"a": [1]}]


# --- failures ------------------------------------------------------------------------------------


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


async def test_an_operation_that_its_flight_forgot_is_told_so_and_does_not_wait_for_ever() -> None:
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
