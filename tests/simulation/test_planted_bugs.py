"""Planted bugs are found: the first half of them; the other runs beside it on another worker."""

import pytest
from tests.support.simulation.planted_bugs import NAMES, described, finds, is_clean_without, recorded

from refunds_simulation.bugs import BUGS


def test_the_page_names_every_planted_bug_with_what_it_breaks_and_a_seed_that_finds_it() -> None:
    assert described() == {bug.name: bug.breaks for bug in BUGS.values()}
    assert recorded().keys() == BUGS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES[::2])
def test_a_planted_bug_is_found_by_its_seed_which_is_clean_without_it(name: str) -> None:
    seed = finds(name)

    assert seed is not None
    assert is_clean_without(name, seed)
