"""The table of planted bugs in docs/simulator.md, and its replay, for the tests in tests/simulation."""

import re
from pathlib import Path

from tests.support.simulated_days import untraced

from refunds_simulation.run import Result, run
from refunds_simulation.settings import RunSettings

PAGE = Path(__file__).parents[2] / "docs" / "simulator.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (\d+|-) \| (\d+|-) \|$", re.MULTILINE)

NEAR_SEEDS = 3
"""A change of the simulator gives a seed another course: the seeds after the recorded one are tried as well."""


def described() -> dict[str, str]:
    """What each bug breaks, by its name, as the page has them."""
    return {name: breaks for name, breaks, _, _ in ROW.findall(PAGE.read_text())}


def recorded() -> dict[str, tuple[int, int]]:
    """The seed and the hours that find each bug, by its name; without those that are still to be found."""
    return {name: (int(seed), int(hours)) for name, _, seed, hours in ROW.findall(PAGE.read_text()) if seed != "-"}


NAMES = sorted(recorded())


def lived(seed: int, hours: int, bug: str = "") -> Result:
    """A run, with the bug where one is named."""
    with untraced():
        return run(RunSettings(seed=seed, hours=hours, bug=bug, is_harsh=True))


def replay(name: str) -> None:
    """The recorded seed finds the bug, and is clean without it."""
    first, hours = recorded()[name]
    found = next((seed for seed in range(first, first + NEAR_SEEDS) if not lived(seed, hours, name).is_clean), None)
    assert found is not None, f"no seed from {first} on finds {name} in {hours} h: record it anew (docs/simulator.md)"
    assert lived(found, hours).is_clean, f"seed {found} fails without the bug, too"
