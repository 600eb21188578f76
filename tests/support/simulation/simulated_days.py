"""Runs of many seeds for the tests beside this file: each a day, none may break anything.

Simulated days only compute, and their time is virtual: they run in processes of low priority, which take what other
tests leave of both cores.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

from refunds_simulation.runs.run import Result, run
from refunds_simulation.settings import RunSettings

HOURS = 24
SEEDS_A_TEST = 10
NICENESS, PROCESSES = 10, 2


def is_harsh(seed: int) -> bool:
    """Every second seed's day is a harsh one."""
    return seed % 2 == 1


def run_days(first_seed: int, seeds: int = SEEDS_A_TEST) -> list[Result]:
    """A day of each seed, every second one harsh; all as they must be."""
    of_seeds = range(first_seed, first_seed + seeds)
    results = list(_processes().map(_day_of, of_seeds))
    for result in results:
        lines = [f"{violation.kind}: {violation.line}" for violation in result.violations]
        harsh = " --harsh" if is_harsh(result.seed) else ""
        assert not lines, f"refunds simulate --seed {result.seed} --hours {HOURS}{harsh}\n" + "\n".join(lines)
        assert result.commands_per_hour_min >= 50, result.seed
        assert result.faults_per_hour_min >= 2, result.seed
    return results


def _day_of(seed: int) -> Result:
    return run(RunSettings(seed=seed, hours=HOURS, is_harsh=is_harsh(seed)))


@cache
def _processes() -> ProcessPoolExecutor:
    """They end with the process of the tests."""
    return ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=os.nice, initargs=(NICENESS,))
