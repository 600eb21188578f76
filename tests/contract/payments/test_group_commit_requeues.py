"""Batches of the group commit that release keys, give their slot away, or put operations back into the queue."""

import asyncio

import pytest
from tests.contract.payments.group_commit_engines import Hangar, by_hand, settle_down

from refunds.kit.group_commit import QueueFull


async def test_a_released_key_flies_again_while_its_flight_goes_on_with_others() -> None:
    hangar = Hangar()
    queue = by_hand(hangar, flights_max=2)
    first, slow = queue.submit("a", 1), queue.submit("b", 2)
    await settle_down()
    second = queue.submit("a", 3)

    hangar.answer(0, "a")
    await settle_down()

    assert first.result() == 10
    assert hangar.taken() == [{"a": [1], "b": [2]}, {"a": [3]}]
    assert not slow.done()
    hangar.end(1)
    hangar.end(0)
    assert (await second, await slow) == (30, 20)


async def test_a_flight_that_gave_its_slot_away_holds_its_own_keys_only() -> None:
    hangar = Hangar()
    queue = by_hand(hangar, flights_max=1)
    slow = queue.submit("a", 1)
    await settle_down()
    for number, key in enumerate("ab", 2):
        queue.submit(key, number)

    hangar.flights[0].free_slot()
    await settle_down()

    assert hangar.taken() == [{"a": [1]}, {"b": [3]}]
    hangar.end(0)
    hangar.end(1)
    await settle_down()
    assert hangar.taken()[2:] == [{"a": [2]}]
    assert slow.result() == 10


async def test_a_slot_is_given_away_once_and_by_so_many_flights_only() -> None:
    hangar = Hangar()
    queue = by_hand(hangar, flights_max=1, keys_max=1, slotless_max=2)
    for number, key in enumerate("abcdef"):
        queue.submit(key, number)

    for number in range(3):
        await settle_down()
        hangar.flights[number].free_slot()
        hangar.flights[number].free_slot()
    await settle_down()

    assert len(hangar.flights) == 3
    hangar.end(0)
    await settle_down()
    hangar.flights[2].free_slot()
    await settle_down()
    assert len(hangar.flights) == 4


async def test_requeued_operations_fly_again_before_those_that_came_since() -> None:
    hangar = Hangar()
    queue = by_hand(hangar, flights_max=1)
    queue.submit("a", 1)
    queue.submit("a", 2)
    await settle_down()
    queue.submit("b", 3)
    queue.submit("a", 4)

    hangar.requeue(0, "a")
    hangar.end(0)
    await settle_down()

    assert hangar.taken()[1] == {"a": [1, 2, 4], "b": [3]}


async def test_a_part_of_a_group_is_requeued_and_the_rest_is_answered() -> None:
    hangar = Hangar()
    queue = by_hand(hangar)
    answers = [queue.submit("a", number) for number in range(3)]
    await settle_down()

    group = hangar.flights[0][0]
    group.pending[1].settle(7)
    hangar.flights[0].requeue(group, [group.pending[0], group.pending[2]])
    await settle_down()
    hangar.end(1)

    assert [answer.result() for answer in answers] == [0, 7, 20]


async def test_requeued_keys_fly_before_others_but_take_half_of_a_batch() -> None:
    hangar = Hangar()
    queue = by_hand(hangar, flights_max=1, keys_max=4)
    for key in "abcd":
        queue.submit(key, 1)
    await settle_down()
    for key in "efghij":
        queue.submit(key, 2)

    for key in "abcd":
        hangar.requeue(0, key)
    hangar.end(0)
    await settle_down()
    hangar.end(1)
    await settle_down()

    assert [list(batch) for batch in hangar.taken()[1:]] == [["a", "b", "e", "f"], ["c", "d", "g", "h"]]


async def test_requeued_operations_are_not_refused_by_a_full_queue_and_count_in_it() -> None:
    hangar = Hangar()
    queue = by_hand(hangar, flights_max=1, waiting_max=1)
    requeued = queue.submit("a", 1)
    await settle_down()
    queue.submit("b", 2)

    hangar.requeue(0, "a")
    with pytest.raises(QueueFull):
        queue.submit("c", 3)
    hangar.end(0)
    await settle_down()
    hangar.end(1)

    assert await requeued == 10
    queue.submit("c", 3)


async def test_where_a_batch_would_hold_too_many_operations_each_key_gets_an_equal_share() -> None:
    hangar = Hangar()
    queue = by_hand(hangar, flights_max=1, operations_max=12)
    for number in range(10):
        queue.submit("hot", number)
        queue.submit("warm", number)
    queue.submit("cold", 0)
    await settle_down()

    assert {key: len(taken) for key, taken in hangar.taken()[0].items()} == {"hot": 4, "warm": 4, "cold": 1}


async def test_a_hot_key_beside_few_others_gets_all_that_a_key_may_have() -> None:
    hangar = Hangar()
    queue = by_hand(hangar, flights_max=1, operations_max=12, per_key_max=10)
    for number in range(20):
        queue.submit("hot", number)
    queue.submit("cold", 0)
    await settle_down()

    assert {key: len(taken) for key, taken in hangar.taken()[0].items()} == {"hot": 10, "cold": 1}


async def test_draining_waits_for_requeued_operations_and_for_flights_without_a_slot() -> None:
    hangar = Hangar()
    queue = by_hand(hangar, flights_max=1)
    answers = [queue.submit("a", 1), queue.submit("b", 2)]
    draining = asyncio.create_task(queue.drain())
    await settle_down()

    hangar.flights[0].free_slot()
    hangar.requeue(0, "a")
    await settle_down()
    hangar.end(1)
    await settle_down()
    assert not draining.done()
    hangar.end(0)
    await draining

    assert [answer.result() for answer in answers] == [10, 20]
