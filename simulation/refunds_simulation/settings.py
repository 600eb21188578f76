"""What a run is made of. `--seed` and `--hours` name it; the rest narrows a replay or plants a bug."""

from dataclasses import dataclass, field

HOURS_MAX = 24 * 365


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """One run. Faults and scripts are left out by their numbers, which are those of the whole plan.

    One that `is_harsh` has further faults and checks; planted bugs are looked for in such runs.
    """

    seed: int
    hours: int = 24
    bug: str = ""
    skew_s: float = 2.0
    without_faults: frozenset[int] = field(default_factory=frozenset)
    without_scripts: frozenset[int] = field(default_factory=frozenset)
    is_kept: bool = False
    is_harsh: bool = False
