"""The 300 days that every change must live through."""

import pytest
from tests.support.simulation.simulated_days import SEEDS_A_TEST, run_days

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_000)]


@pytest.mark.parametrize("first_seed", [*range(1_000, 1_150, SEEDS_A_TEST), *range(2_000, 2_150, SEEDS_A_TEST)])
def test_a_day_of_faults_breaks_nothing(first_seed: int) -> None:
    run_days(first_seed)
