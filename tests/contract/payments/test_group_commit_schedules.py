"""Under any schedule the group commit answers every operation once, in the order of each key."""

import asyncio
import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contract.payments.group_commit_engines import Airport, Hangar, a_queue, by_hand, settle_down
from tests.support.examples import examples

from refunds.kit.group_commit import GroupCommit, QueueFull

# --- any schedule --------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.integers(0, 4)),
        st.tuples(st.sampled_from(["land", "crash", "leave"]), st.integers(0, 50)),
        st.tuples(st.just("run"), st.integers(0, 3)),
    ),
    max_size=60,
)


@settings(max_examples=examples(300), deadline=None)
@given(
    steps=STEPS,
    keys_max=st.integers(1, 3),
    per_key_max=st.integers(1, 3),
    flights_max=st.integers(1, 3),
    waiting_max=st.integers(1, 8),
    short_flight_s=st.sampled_from([0, 3_600]),
)
def test_under_any_schedule_every_operation_is_answered_once_and_in_order(
    steps: list[tuple[str, int]],
    keys_max: int,
    per_key_max: int,
    flights_max: int,
    waiting_max: int,
    short_flight_s: int,
) -> None:
    airport = Airport()
    bounds = {
        "keys_max": keys_max,
        "per_key_max": per_key_max,
        "flights_max": flights_max,
        "waiting_max": waiting_max,
        "short_flight_s": short_flight_s,
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


@settings(max_examples=examples(300), deadline=None)
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
