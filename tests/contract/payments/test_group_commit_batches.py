"""While a flight is out, operations gather into the next batch."""

from tests.contract.payments.group_commit_engines import Airport, a_queue, settle_down


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
