"""What waits is bounded, and so is a batch."""

import pytest
from tests.contract.payments.group_commit_engines import Airport, a_queue, settle_down

from refunds.kit.group_commit import QueueFull


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
