"""While flights are short, one at a time takes what has collected; a slow one does not hold the others up."""

import asyncio

from tests.contract.payments.group_commit_engines import Airport, a_queue, settle_down

LONG_S, SOON_S, PATIENCE_S = 3_600, 0.02, 10


async def test_what_comes_during_a_short_flight_flies_together_after_it() -> None:
    airport = Airport()
    queue = a_queue(airport, short_flight_s=LONG_S)
    answers = [queue.submit("a", 1)]
    await settle_down()
    for number, key in enumerate("bcd"):
        answers.append(queue.submit(key, number))
        await settle_down()

    assert airport.taken() == [{"a": [1]}]
    airport.land(0)
    await settle_down()
    assert airport.taken()[1:] == [{"b": [0], "c": [1], "d": [2]}]
    airport.land(1)
    assert await asyncio.gather(*answers) == [10, 0, 10, 20]


async def test_a_flight_that_lasts_longer_lets_the_next_one_start_beside_it() -> None:
    airport = Airport()
    queue = a_queue(airport, short_flight_s=SOON_S)
    first = queue.submit("a", 1)
    await settle_down()
    second = queue.submit("b", 2)

    async with asyncio.timeout(PATIENCE_S):
        while len(airport.batches) < 2:
            await asyncio.sleep(SOON_S / 4)
    airport.land(1)
    assert await second == 20
    assert not first.done()
    airport.land(0)
    assert await first == 10


async def test_no_more_flights_than_allowed_start_beside_slow_ones() -> None:
    airport = Airport()
    queue = a_queue(airport, short_flight_s=SOON_S)
    answers = []
    for number, key in enumerate("abc"):
        answers.append(queue.submit(key, number))
        await asyncio.sleep(SOON_S * 3)

    assert len(airport.batches) == 2
    airport.land(0)
    await settle_down()
    airport.land(1)
    await asyncio.sleep(SOON_S * 3)
    airport.land(2)
    assert await asyncio.gather(*answers) == [0, 10, 20]


async def test_the_first_flight_after_a_pause_starts_at_once() -> None:
    airport = Airport()
    queue = a_queue(airport, short_flight_s=LONG_S)
    for flight in range(3):
        answer = queue.submit("a", flight)
        await settle_down()
        airport.land(flight)
        assert await answer == flight * 10
