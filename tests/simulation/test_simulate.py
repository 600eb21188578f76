"""`refunds simulate`: one seed is one trace, failures are shrunk and reported, and the exit code is the result."""

import json
import os
import subprocess
import sys

import pytest

from refunds_simulation.bugs import BUGS
from refunds_simulation.runs.numbers import numbers_of, text_of
from refunds_simulation.runs.run import run
from refunds_simulation.runs.shrink import shrunk
from refunds_simulation.settings import RunSettings
from refunds_simulation.world.situations.plan import KINDS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(500)]

FOUND_BY, FOUND_WITHIN_H = "version_check_removed", 2


def simulate(*options: str, hash_seed: str = "random") -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "refunds", "simulate", *options]
    environ = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, capture_output=True, text=True, env=environ, check=False, timeout=400)


def trace_of(told: subprocess.CompletedProcess[str]) -> str:
    return str(json.loads(told.stdout)["runs"][0]["trace"])


def test_one_seed_is_one_trace_in_any_process_and_under_any_hash_seed() -> None:
    first = simulate("--seed", "11", "--hours", "6", "--json", hash_seed="0")
    second = simulate("--seed", "11", "--hours", "6", "--json", hash_seed="4711")

    assert trace_of(first) == trace_of(second)
    assert len(trace_of(first)) == 32
    assert run(RunSettings(seed=11, hours=6)).trace == trace_of(first)


def test_another_seed_is_another_trace() -> None:
    traces = {run(RunSettings(seed=seed, hours=1)).trace for seed in range(3)}

    assert len(traces) == 3


def test_clean_run_prints_its_counts_and_ends_with_0() -> None:
    told = simulate("--seed", "5", "--hours", "3", "--runs", "2")

    assert told.returncode == 0, told.stdout + told.stderr
    assert "seed 5 trace " in told.stdout
    assert "seed 6 trace " in told.stdout
    for title in ("violations 0", "commands ", "faults: ", "states reached: ", "simulated days per second"):
        assert title in told.stdout


def test_a_run_as_json_holds_the_same() -> None:
    told = json.loads(simulate("--seed", "5", "--hours", "2", "--json").stdout)

    (result,) = told["runs"]
    assert result["violations"] == []
    assert result["commands"] >= 100
    assert sum(result["faults"].values()) >= 4
    assert result["states"]["completed"] > 0
    assert told["days_per_second"] > 0


def test_a_failing_seed_is_shrunk_and_reported_with_the_command_that_replays_it() -> None:
    told = simulate("--seed", "1", "--hours", "4", "--bug", FOUND_BY)

    assert told.returncode == 1
    replay = next(line.split() for line in told.stdout.splitlines() if line.startswith("  refunds simulate "))
    again = simulate(*replay[2:])
    assert again.returncode == 1
    assert "create_refund pay_" in again.stdout
    assert " -> " in again.stdout


def test_a_run_has_the_situations_that_it_asks_for() -> None:
    some = json.loads(simulate("--seed", "5", "--hours", "1", "--situations", "keys_collide", "--json").stdout)
    every = json.loads(simulate("--seed", "5", "--hours", "1", "--situations", "all", "--json").stdout)

    assert [name for name in some["runs"][0]["faults"] if name.startswith("situation ")] == ["situation keys_collide"]
    assert len([name for name in every["runs"][0]["faults"] if name.startswith("situation ")]) == len(KINDS)


def test_the_replay_of_a_shrunk_run_names_its_situations_but_not_those_that_its_bug_brings() -> None:
    of = RunSettings(seed=1, hours=2, bug="collision_answered_unread", situations=frozenset({"books_outdated"}))

    small = shrunk(of, runs_max=30)

    assert not small.result.is_clean
    assert "--bug collision_answered_unread --situations books_outdated --without" in small.command


def test_shrinking_leaves_out_what_has_no_part_in_the_failure() -> None:
    small = shrunk(RunSettings(seed=1, hours=4, bug=FOUND_BY))

    assert not small.result.is_clean
    assert small.settings.hours <= FOUND_WITHIN_H
    assert small.scripts_left <= 5
    assert small.faults_left <= 5
    assert small.result.story is not None
    assert small.result.story.payment_id.startswith("pay_")


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (("--hours", "3"), "--seed"),
        (("--seed", "-1"), "--seed"),
        (("--seed", "1", "--hours", "0"), "--hours"),
        (("--seed", "1", "--hours", "two"), "--hours"),
        (("--seed", "1", "--runs", "0"), "--runs"),
        (("--seed", "1", "--bug", "none_such"), "--bug"),
        (("--seed", "1", "--situations", "keys_collide,none_such"), "--situations"),
        (("--seed", "1", "--without-faults", "1-"), "--without-faults"),
        (("--seed", "1", "--without-scripts", "x"), "--without-scripts"),
    ],
)
def test_an_option_that_cannot_be_is_named(options: tuple[str, ...], field: str) -> None:
    told = simulate(*options)

    assert told.returncode != 0
    assert field in told.stdout + told.stderr


@pytest.mark.parametrize("numbers", [(), (3,), (0, 1, 2, 7), (5, 9, 10, 11)])
def test_numbers_are_read_as_they_are_written(numbers: tuple[int, ...]) -> None:
    assert numbers_of(text_of(numbers)) == frozenset(numbers)


@pytest.mark.parametrize("text", ["9-3", "1,5-4", "a-b", "3-"])
def test_span_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no span|neither"):
        numbers_of(text)


@pytest.mark.parametrize("bug", [bug for bug in BUGS.values() if bug.name == FOUND_BY], ids=lambda bug: bug.name)
def test_a_planted_bug_is_gone_after_its_run(bug: object) -> None:
    run(RunSettings(seed=1, hours=1, bug=FOUND_BY))
    clean = run(RunSettings(seed=1, hours=1))

    assert clean.is_clean
