"""The settings of one simulation.

`--seed` and `--hours` determine the simulation. The other settings leave out parts of it in a replay, or plant a bug.
"""

from dataclasses import dataclass, field

HOURS_MAX = 24 * 365


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """The settings of one simulation.

    If `is_harsh` is True, the simulation has more faults and checks and finds every planted bug. `without_faults` and
    `without_scripts` are the numbers of planned faults and scripts to leave out.
    """

    seed: int
    hours: int = 24
    bug: str = ""
    skew_s: float = 2.0
    without_faults: frozenset[int] = field(default_factory=frozenset)
    without_scripts: frozenset[int] = field(default_factory=frozenset)
    situations: frozenset[str] = field(default_factory=frozenset)
    is_kept: bool = False
    is_harsh: bool = False
