"""By hand (`make long`): which of the first seeds find each planted bug; a day each."""

import pytest
from tests.support.simulation.planted_bugs import NAMES, lived, lived_without
from tests.support.simulation.simulated_days import HOURS

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_800)]

SEEDS = range(1, 21)


@pytest.mark.parametrize("name", NAMES)
def test_a_planted_bug_is_found_within_the_first_seeds_and_none_of_them_fails_without(name: str) -> None:
    finding = [seed for seed in SEEDS if not lived(seed, HOURS, name).is_clean]
    failing = [seed for seed in finding if not lived_without(seed, HOURS, name).is_clean]

    print(f"{name}: {len(finding)} of {len(SEEDS)}, the first is {finding[:1]}")
    assert finding, f"none of {len(SEEDS)} seeds finds {name}"
    assert not failing
