"""The goals of a speed change. They are ratios of the current checkout to the earlier version on one machine."""

from collections.abc import Sequence

import msgspec

from bench.measure.result import GoalCheck
from bench.report.goals import OTHERS_SHARE_MAX
from bench.versions.pairs import BOTH, Row

NO_WORSE = 1.05
"""Largest ratio of a value that must not get worse. It allows for differences between rounds."""


class RatioGoal(msgspec.Struct, frozen=True, kw_only=True):
    """A bound of after ÷ before, or of `after` itself if `is_absolute`."""

    name: str
    what: str
    bound: float
    is_at_least: bool = False
    is_absolute: bool = False

    def check(self, rows: Sequence[Row]) -> GoalCheck:
        """Checks the goal against the median. The goal is missed if no sound round has the value."""
        row = next((row for row in rows if (row.name, row.what) == (self.name, self.what)), None)
        sign = "≥" if self.is_at_least else "≤"
        goal = f"{sign} {self.bound:g}{'' if self.is_absolute else ' ×'}"
        if row is None:
            return GoalCheck(what=f"{self.name}: {self.what}", goal=goal, value=None, is_met=False, why="not measured")
        value = row.after if self.is_absolute else row.ratio
        is_within = value >= self.bound if self.is_at_least else value <= self.bound
        why = f"others had {row.others_share:.0%}" if row.others_share > OTHERS_SHARE_MAX else ""
        found = round(value, 3)
        return GoalCheck(
            what=f"{self.name}: {self.what}", goal=goal, value=found, is_met=is_within and not why, why=why
        )


GOALS = (
    RatioGoal(name="create_128", what=BOTH, bound=0.5),
    RatioGoal(name="settle", what=BOTH, bound=0.55),
    RatioGoal(name="create_128", what="ops/s", bound=1.9, is_at_least=True),
    RatioGoal(name="create_128_busy", what="ops/s", bound=2, is_at_least=True),
    RatioGoal(name="settle_highest", what="highest_sustained_per_s", bound=1.7, is_at_least=True),
    RatioGoal(name="create_128", what="p99 ms", bound=0.5),
    RatioGoal(name="create_1", what="p50 ms", bound=5, is_absolute=True),
    RatioGoal(name="read", what=BOTH, bound=0.65),
    RatioGoal(name="settle", what="oplog_bytes_per_refund", bound=0.6),
    RatioGoal(name="memory_peak", what="python_peak_mb", bound=NO_WORSE),
    RatioGoal(name="start_fresh", what="start_s", bound=NO_WORSE),
)


def checked(rows: Sequence[Row]) -> list[GoalCheck]:
    """All goals in their order."""
    return [goal.check(rows) for goal in GOALS]
