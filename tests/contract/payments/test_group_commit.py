"""What owners of a group commit rely on: batches while in flight, one flight per key, bounds, no lost wake-up.

Pure asyncio: flights land when the test says so; nothing waits for time.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refunds.kit.group_commit import Flight, Group, GroupCommit, QueueFull, Unanswered

Batch = Sequence[Group[str, int, int]]


class EngineFailure(Exception):
    """What a flight fails with here."""


@dataclass
class Airport:
    """Keeps flights in the air until they are let down; each operation is answered with its tenfold."""

    batches: list[Batch] = field(default_factory=list)
    open: dict[int, "asyncio.Future[None]"] = field(default_factory=dict)
    together: Counter[str] = field(default_factory=Counter)

    async def fly(self, batch: Batch) -> None:
        number = len(self.batches)
        self.batches.append(batch)
        for group in batch:
            self.together[group.key] += 1
            assert self.together[group.key] == 1, "two flights of one key at once"
        self.open[number] = asyncio.get_running_loop().create_future()
        try:
            await self.open[number]
            for group in batch:
                for pending in group.pending:
                    pending.settle(pending.operation * 10)
        finally:
            for group in batch:
                self.together[group.key] -= 1

    def land(self, number: int) -> None:
        self.open.pop(number).set_result(None)

    def crash(self, number: int) -> None:
        self.open.pop(number).set_exception(EngineFailure())

    def taken(self) -> list[dict[str, list[int]]]:
        return [{g.key: [p.operation for p in g.pending] for g in batch} for batch in self.batches]


async def settle_down() -> None:
    """Lets everything run that can run without a flight landing."""
    for _ in range(10):
        await asyncio.sleep(0)


def a_queue(airport: Airport, **bounds: int) -> GroupCommit[str, int, int]:
    return GroupCommit(fly=airport.fly, **bounds)


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


# --- answered by itself --------------------------------------------------------------------------

Hands = Flight[str, int, int]


@dataclass
class Hangar:
    """Hands each flight to the test, which releases, requeues and ends it by hand."""

    flights: list[Hands] = field(default_factory=list)
    ends: list["asyncio.Future[None]"] = field(default_factory=list)

    async def fly(self, flight: Hands) -> None:
        self.flights.append(flight)
        self.ends.append(asyncio.get_running_loop().create_future())
        await self.ends[-1]

    def answer(self, number: int, key: str) -> None:
        flight = self.flights[number]
        for pending in flight.unreleased[key].pending:
            pending.settle(pending.operation * 10)
        flight.release(flight.unreleased[key])

    def requeue(self, number: int, key: str) -> None:
        group = self.flights[number].unreleased[key]
        self.flights[number].requeue(group, group.pending)

    def end(self, number: int) -> None:
        for key in list(self.flights[number].unreleased):
            self.answer(number, key)
        self.ends[number].set_result(None)

    def taken(self) -> list[dict[str, list[int]]]:
        return [{group.key: [p.operation for p in group.pending] for group in flight} for flight in self.flights]


def by_hand(hangar: Hangar, **bounds: int) -> GroupCommit[str, int, int]:
    return GroupCommit(fly=hangar.fly, **bounds)


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


# --- any schedule --------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.integers(0, 4)),
        st.tuples(st.sampled_from(["land", "crash", "leave"]), st.integers(0, 50)),
        st.tuples(st.just("run"), st.integers(0, 3)),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(
    steps=STEPS,
    keys_max=st.integers(1, 3),
    per_key_max=st.integers(1, 3),
    flights_max=st.integers(1, 3),
    waiting_max=st.integers(1, 8),
)
def test_under_any_schedule_every_operation_is_answered_once_and_in_order(
    steps: list[tuple[str, int]], keys_max: int, per_key_max: int, flights_max: int, waiting_max: int
) -> None:
    airport = Airport()
    bounds = {
        "keys_max": keys_max,
        "per_key_max": per_key_max,
        "flights_max": flights_max,
        "waiting_max": waiting_max,
    }

    answers = asyncio.run(_play(airport, a_queue(airport, **bounds), steps, flights_max))

    flown = [(g.key, pending.operation) for batch in airport.batches for g in batch for pending in g.pending]
    assert sorted(operation for _, operation in flown) == sorted(answers)
    for key in {key for key, _ in flown}:
        of_key = [operation for found, operation in flown if found == key]
        assert of_key == sorted(of_key)
    for batch in airport.batches:
        assert len(batch) <= keys_max
        assert all(1 <= len(group.pending) <= per_key_max for group in batch)
    for operation, answer in answers.items():
        assert answer.cancelled() or answer.exception() is not None or answer.result() == operation * 10


async def _play(
    airport: Airport, queue: GroupCommit[str, int, int], steps: list[tuple[str, int]], flights_max: int
) -> dict[int, "asyncio.Future[int]"]:
    answers: dict[int, asyncio.Future[int]] = {}
    for what, number in steps:
        if what == "submit":
            with contextlib.suppress(QueueFull):
                answers[len(answers)] = queue.submit(f"key-{number}", len(answers))
        elif what == "leave" and answers:
            list(answers.values())[number % len(answers)].cancel()
        else:
            await _let(airport, what, number)
        assert len(airport.open) <= flights_max
    draining = asyncio.create_task(queue.drain())
    while not draining.done():
        await settle_down()
        for flight in sorted(airport.open):
            airport.land(flight)
    assert all(answer.done() for answer in answers.values())
    return answers


async def _let(airport: Airport, what: str, number: int) -> None:
    if what == "run":
        for _ in range(number):
            await asyncio.sleep(0)
    elif airport.open:
        flight = sorted(airport.open)[number % len(airport.open)]
        (airport.crash if what == "crash" else airport.land)(flight)


BY_HAND = st.lists(
    st.tuples(st.sampled_from(["submit", "release", "requeue", "free", "end", "run"]), st.integers(0, 50)), max_size=80
)


@settings(max_examples=300, deadline=None)
@given(steps=BY_HAND, keys_max=st.integers(1, 4), per_key_max=st.integers(1, 3), flights_max=st.integers(1, 2))
def test_however_flights_release_and_requeue_every_operation_is_answered_once_and_in_order(
    steps: list[tuple[str, int]], keys_max: int, per_key_max: int, flights_max: int
) -> None:
    hangar = Hangar()
    bounds = {"keys_max": keys_max, "per_key_max": per_key_max, "flights_max": flights_max, "operations_max": 5}

    answered = asyncio.run(_by_hand(hangar, by_hand(hangar, slotless_max=2, **bounds), steps, flights_max))

    for key in {key for key, _ in answered}:
        of_key = [operation for found, operation in answered if found == key]
        assert of_key == sorted(of_key)
    assert len(answered) == len(set(answered)) == sum(what == "submit" for what, _ in steps)


async def _by_hand(
    hangar: Hangar, queue: GroupCommit[str, int, int], steps: list[tuple[str, int]], flights_max: int
) -> list[tuple[str, int]]:
    answered: list[tuple[str, int]] = []
    for number, (what, choice) in enumerate(steps):
        flying = [index for index, end in enumerate(hangar.ends) if not end.done()]
        held = [key for index in flying for key in hangar.flights[index].unreleased]
        assert len(held) == len(set(held)), "two flights of one key at once"
        assert sum(hangar.flights[index].has_slot for index in flying) <= flights_max
        assert len(flying) <= flights_max + 2
        if what == "submit":
            key = f"key-{choice % 5}"
            answer = queue.submit(key, number)
            answer.add_done_callback(lambda _, told=(key, number): answered.append(told))
        elif what == "run":
            await settle_down()
        elif flying:
            _steer(hangar, what, flying[choice % len(flying)], choice)
    draining = asyncio.create_task(queue.drain())
    while not draining.done():
        await settle_down()
        for index, end in enumerate(hangar.ends):
            if not end.done():
                hangar.end(index)
    return answered


def _steer(hangar: Hangar, what: str, index: int, choice: int) -> None:
    flight = hangar.flights[index]
    keys = list(flight.unreleased)
    if what == "end":
        hangar.end(index)
    elif what == "free":
        flight.free_slot()
    elif keys:
        (hangar.answer if what == "release" else hangar.requeue)(index, keys[choice % len(keys)])
