"""The settings of a run. `--seed` and `--hours` identify it; the others narrow a replay or plant a bug."""

from dataclasses import dataclass, field

HOURS_MAX = 24 * 365


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """Settings of one run. Faults and scripts are left out by their numbers in the whole plan.

    If `is_harsh` is True, the run has further faults and checks. `situations` are the names of those that occur each
    hour (`world.situations`); a planted bug adds the situations that it needs. Both together find every planted bug.
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
