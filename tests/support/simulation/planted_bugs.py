"""The table of planted bugs in docs/simulator.md, and its replay, for the tests in tests/simulation."""

import re
from pathlib import Path

from refunds_simulation.bugs import BUGS
from refunds_simulation.runs.run import Result, run
from refunds_simulation.settings import RunSettings

PAGE = Path(__file__).parents[3] / "docs" / "simulator.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (\d+) \| (\d+) \|$", re.MULTILINE)

NEAR_SEEDS = 3
"""A change of the simulator gives a seed another course: the seeds after the recorded one are tried as well."""


def described() -> dict[str, str]:
    """What each bug breaks, by its name, as the page has them."""
    return {name: breaks for name, breaks, _, _ in ROW.findall(PAGE.read_text())}


def recorded() -> dict[str, tuple[int, int]]:
    """The seed and the hours that find each bug, by its name."""
    return {name: (int(seed), int(hours)) for name, _, seed, hours in ROW.findall(PAGE.read_text())}


NAMES = sorted(recorded())


def lived(seed: int, hours: int, bug: str) -> Result:
    """A run with the bug, and with the situations that it needs."""
    return run(RunSettings(seed=seed, hours=hours, bug=bug, is_harsh=True))


def lived_without(seed: int, hours: int, bug: str) -> Result:
    """The same run without the bug."""
    return run(RunSettings(seed=seed, hours=hours, is_harsh=True, situations=BUGS[bug].situations))


def finds(name: str) -> int | None:
    """The first seed from the recorded one on that finds the bug; None where no near one does: record it anew."""
    first, hours = recorded()[name]
    return next((seed for seed in range(first, first + NEAR_SEEDS) if not lived(seed, hours, name).is_clean), None)


def is_clean_without(name: str, seed: int) -> bool:
    """Whether the same hours of that seed break nothing without the bug."""
    return lived_without(seed, recorded()[name][1], name).is_clean
