"""Runs of many seeds for the tests beside this file: each a day, none may break anything."""

from refunds_simulation.runs.run import Result, run
from refunds_simulation.settings import RunSettings

HOURS = 24
SEEDS_A_TEST = 10


def is_harsh(seed: int) -> bool:
    """Every second seed's day is a harsh one."""
    return seed % 2 == 1


def run_days(first_seed: int, seeds: int = SEEDS_A_TEST) -> list[Result]:
    """A day of each seed, every second one harsh; all as they must be."""
    of_seeds = range(first_seed, first_seed + seeds)
    results = [run(RunSettings(seed=seed, hours=HOURS, is_harsh=is_harsh(seed))) for seed in of_seeds]
    for result in results:
        lines = [f"{violation.kind}: {violation.line}" for violation in result.violations]
        harsh = " --harsh" if is_harsh(result.seed) else ""
        assert not lines, f"refunds simulate --seed {result.seed} --hours {HOURS}{harsh}\n" + "\n".join(lines)
        assert result.commands_per_hour_min >= 50, result.seed
        assert result.faults_per_hour_min >= 2, result.seed
    return results
