"""Planted bugs are found: the other half of them."""

import pytest
from tests.support.simulation.planted_bugs import NAMES, finds, is_clean_without

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", NAMES[1::2])
def test_a_planted_bug_is_found_by_its_seed_which_is_clean_without_it(name: str) -> None:
    seed = finds(name)

    assert seed is not None
    assert is_clean_without(name, seed)
