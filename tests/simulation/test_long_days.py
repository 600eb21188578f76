"""10,000 days, by hand: `make long` continues where it was stopped."""

import pytest
from tests.support.simulation.simulated_days import run_days

SEEDS, SEEDS_A_TEST = 10_000, 50

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.mark.parametrize("first_seed", range(10_000, 10_000 + SEEDS, SEEDS_A_TEST))
def test_days_of_faults_break_nothing(first_seed: int) -> None:
    run_days(first_seed, SEEDS_A_TEST)
