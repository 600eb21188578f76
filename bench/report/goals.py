"""Defines what a goal of the design is, and how it is checked against a measurement."""

from collections.abc import Callable, Mapping
from math import isfinite

import msgspec

from bench.measure.result import GoalCheck, Measurement

OPERATIONS_MIN = 500
OTHERS_SHARE_MAX = 0.3
"""If others use a larger share of the cores, rates prove nothing, because a slowed version makes larger batches."""

OPERATIONS_MIN_OF: Mapping[str, int] = {
    "start_fresh": 1,
    "start_existing": 1,
    "memory_peak": 1,
}

Value = Callable[[Measurement], float]


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """A goal. `value` must be at most `bound`, or at least `bound` if `is_at_least` is True.

    If `base` is set, `value` is divided by `base_value` of that measurement in the same run. If `needs_base` is False,
    the goal is left out if the base is not installed. If `needs_quiet` is True, the goal is met only if other processes
    used at most OTHERS_SHARE_MAX of the cores.
    """

    what: str
    value: Value
    bound: float
    is_at_least: bool = False
    base: str = ""
    base_value: Value | None = None
    may_be_negative: bool = False
    needs_base: bool = True
    needs_quiet: bool = False

    def check(self, measurement: Measurement, run: Mapping[str, Measurement]) -> GoalCheck:
        """Compares the measured value with the goal."""
        why = why_no_goal(measurement)
        value = self.value(measurement)
        if self.base:
            base = run.get(self.base)
            why = why or (f"{self.base} did not run" if base is None else why_no_goal(base))
            value = _ratio(value, (self.base_value or self.value)(base)) if base is not None else float("nan")
        shares = [measurement.others_share, *([run[self.base].others_share] if self.base in run else [])]
        if not why and self.needs_quiet and max(shares) > OTHERS_SHARE_MAX:
            why = f"others had {max(shares):.0%}"
        if not why and not isfinite(value):
            why = "not measured"
        if not why and value < 0 and not self.may_be_negative:
            why = "negative"
        is_within = value >= self.bound if self.is_at_least else value <= self.bound
        return GoalCheck(
            what=f"{self.what} ÷ {self.base}" if self.base else self.what,
            goal=f"{'≥' if self.is_at_least else '≤'} {self.bound:,g}",
            value=round(value, 3) if isfinite(value) else None,
            is_met=not why and is_within,
            why=why,
        )


def why_no_goal(measurement: Measurement) -> str:
    """Returns why a run can meet no goal, or "" if the run was sound."""
    if measurement.errors:
        return f"{measurement.name} had {measurement.errors:,} errors"
    if any(value < 0 for name, value in measurement.figures.items() if name in NEVER_NEGATIVE):
        return f"{measurement.name} has a negative count"
    if measurement.operations < OPERATIONS_MIN_OF.get(measurement.name, OPERATIONS_MIN):
        return f"{measurement.name} had {measurement.operations:,} operations only"
    return ""


NEVER_NEGATIVE = frozenset({"not_completed", "held_minus_accepted"})
"""Figures that count something. A value below zero shows that the run has counted wrongly."""


def _ratio(value: float, base: float) -> float:
    return value / base if base > 0 else float("nan")
