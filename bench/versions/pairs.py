"""Computes medians and ratios of two versions from all rounds. The module has no side effects."""

from collections.abc import Sequence
from statistics import median

import msgspec

from bench.measure.groups import MONGOD, SERVICES
from bench.measure.result import Measurement
from bench.report.goals import why_no_goal
from bench.report.ratios import values
from bench.versions.oplog import IS_SUSTAINED
from bench.versions.rounds import Pair

BOTH = "CPU µs services + mongod"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A value of both versions. `ratios` has after / before for each sound round. `others_share` is the maximum."""

    name: str
    what: str
    before: float
    after: float
    ratios: list[float]
    others_share: float

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return median(self.ratios)


def rows(pairs: Sequence[Pair]) -> list[Row]:
    """Returns a row for each value that both versions have in a round without errors."""
    found: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for pair in pairs:
        for name, (before, after) in _sound(pair).items():
            old, new = compared_values(before), compared_values(after)
            others = max(before.others_share, after.others_share)
            for what in new:
                if old.get(what, 0) > 0:
                    found.setdefault((name, what), []).append((old[what], new[what], others))
    return [
        Row(
            name=name,
            what=what,
            before=median(old for old, _, _ in each),
            after=median(new for _, new, _ in each),
            ratios=[new / old for old, new, _ in each],
            others_share=max(others for _, _, others in each),
        )
        for (name, what), each in found.items()
    ]


def unsound(pairs: Sequence[Pair]) -> list[str]:
    """Returns a line for each measurement that was left out because it was not sound in one of the versions."""
    found = []
    for number, pair in enumerate(pairs, start=1):
        names = {*pair.before.measurements, *pair.after.measurements} - {*_sound(pair)}
        found += [
            f"round {number}: {name} is left out: errors, a growing backlog, too few operations or no run"
            for name in sorted(names)
        ]
    return found


def _sound(pair: Pair) -> dict[str, tuple[Measurement, Measurement]]:
    both = ((name, m, pair.after.measurements.get(name)) for name, m in pair.before.measurements.items())
    return {name: (old, new) for name, old, new in both if new is not None and _is_sound(old) and _is_sound(new)}


def _is_sound(measurement: Measurement) -> bool:
    return not why_no_goal(measurement) and measurement.figures.get(IS_SUSTAINED, 1.0) == 1.0


def compared_values(measurement: Measurement) -> dict[str, float]:
    """All values by name, with the CPU of services and mongod together."""
    cpu = measurement.cpu_us
    together = {BOTH: cpu[SERVICES] + cpu[MONGOD]} if {SERVICES, MONGOD} <= cpu.keys() else {}
    return values(measurement) | together
