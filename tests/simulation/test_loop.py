"""The simulator's event loop: virtual time, machines that crash and pause, skipped idle hours."""

import asyncio
from random import Random

import pytest

from refunds_simulation.machine.loop import Machine, SimLoop, Stuck


@pytest.fixture
def loop() -> SimLoop:
    return SimLoop(Random(1).random)


async def _noting(seen: list[str], name: str, pause_s: float, times: int = 3) -> None:
    for number in range(times):
        await asyncio.sleep(pause_s)
        seen.append(f"{name}{number}")


def test_hours_pass_in_a_moment_and_timers_fire_in_their_order(loop: SimLoop) -> None:
    seen: list[str] = []
    loop.spawn(Machine("a"), _noting(seen, "a", 3_600.0))
    loop.spawn(Machine("b"), _noting(seen, "b", 2_000.0))

    loop.run_until(7_300.0)

    assert seen == ["b0", "a0", "b1", "b2", "a1"]
    assert loop.time() == 7_300.0


def test_a_crash_runs_no_block_of_the_code_that_it_ends(loop: SimLoop) -> None:
    seen: list[str] = []
    machine = Machine("a")

    async def work() -> None:
        try:
            await asyncio.sleep(10.0)
        finally:
            seen.append("finally")

    loop.spawn(machine, work())
    loop.run_until(5.0)
    loop.crash(machine)
    loop.run_until(60.0)

    assert seen == []


def test_a_machine_that_stands_still_goes_on_where_it_was(loop: SimLoop) -> None:
    seen: list[str] = []
    machine = Machine("a")
    loop.spawn(machine, _noting(seen, "a", 1.0))
    loop.run_until(1.5)
    machine.is_paused = True
    loop.run_until(30.0)
    paused = list(seen)

    loop.resume(machine)
    loop.run_until(31.5)

    assert paused == ["a0"]
    assert seen == ["a0", "a1", "a2"]


def test_idle_pauses_end_together_at_the_next_moment_that_matters(loop: SimLoop) -> None:
    woken: list[float] = []

    async def sweep() -> None:
        while True:
            await asyncio.sleep(20.0)
            woken.append(loop.time())

    loop.quiet_until = lambda: float("inf")
    loop.spawn(Machine("a"), sweep())
    loop.world_at(500.0, lambda: None)

    loop.run_until(500.0)

    assert woken == [500.0]


def test_idle_pauses_are_kept_while_something_is_under_way(loop: SimLoop) -> None:
    seen: list[str] = []
    loop.spawn(Machine("a"), _noting(seen, "a", 20.0))
    loop.world_at(500.0, lambda: None)

    loop.run_until(45.0)

    assert seen == ["a0", "a1"]


def test_a_loop_that_never_pauses_is_reported(loop: SimLoop) -> None:
    async def spin() -> None:
        while True:
            await asyncio.sleep(0)

    loop.spawn(Machine("a"), spin())

    with pytest.raises(Stuck, match="a"):
        loop.run_until(1.0)


def test_an_error_that_nobody_waits_for_is_kept(loop: SimLoop) -> None:
    async def fail() -> None:
        raise ValueError("broken")

    loop.world_at(1.0, lambda: 1 / 0)
    loop.spawn(Machine("a"), fail())
    loop.run_until(2.0)

    assert any("ZeroDivisionError" in error for error in loop.errors)
    assert any("broken" in error for error in loop.errors)
