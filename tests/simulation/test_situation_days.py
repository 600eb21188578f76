"""Days with every situation in each hour break nothing, and the situations come about."""

import pytest

from refunds_simulation.runs.run import Result, run
from refunds_simulation.settings import RunSettings
from refunds_simulation.world.situations.plan import KINDS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(500)]

HOURS = 12
CAME_ABOUT = ("reader overtaken by a rebuild", "writes gone in a fail-over")


def lived(seed: int) -> Result:
    """Half a day with all situations; every second one harsh."""
    return run(RunSettings(seed=seed, hours=HOURS, is_harsh=seed % 2 == 1, situations=frozenset(KINDS)))


@pytest.mark.parametrize("seed", range(4_000, 4_004))
def test_half_a_day_of_situations_breaks_nothing(seed: int) -> None:
    result = lived(seed)

    assert [f"{violation.kind}: {violation.line}" for violation in result.violations] == []
    assert [result.faults[f"situation {kind}"] for kind in KINDS] == [HOURS] * len(KINDS)
    assert [what for what in CAME_ABOUT if not result.happened.get(what)] == []
    assert result.logged["relay.step_broken QuarantineFull"] > 0
