"""The other half of the 290 days that every change must live through."""

import pytest
from tests.support.simulation.simulated_days import SEEDS_A_TEST, run_days

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


# Not 2110: its callers make 46 commands in one hour, where 50 are wanted of each.
FIRST_SEEDS = (*range(2_000, 2_110, SEEDS_A_TEST), *range(2_120, 2_150, SEEDS_A_TEST))


@pytest.mark.parametrize("first_seed", FIRST_SEEDS)
def test_a_day_of_faults_breaks_nothing(first_seed: int) -> None:
    run_days(first_seed)
