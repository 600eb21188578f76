"""Operations on one key never fly at the same time; other keys do not wait for them."""

from tests.contract.payments.group_commit_engines import Airport, a_queue, settle_down


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
