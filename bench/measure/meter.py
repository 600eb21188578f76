"""Reads what each group of processes uses before, during and after a measured load."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from time import perf_counter

from bench.measure.groups import PYTHON, Groups
from bench.measure.processes import Use, busy_us

_MB = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What each group of processes used at one time."""

    at_s: float
    busy_us: float
    uses: Mapping[str, Use]

    @property
    def python_mb(self) -> float:
        """Returns the resident memory of all Python processes of the instance, in MB."""
        return self.mb_of(PYTHON)

    def mb_of(self, names: Iterable[str]) -> float:
        """Returns the resident memory of these groups together, in MB."""
        return sum(self.uses[name].rss_bytes for name in names if name in self.uses) / _MB


@dataclass(slots=True)
class Meter:
    """The readings of one load. The first is taken when the load begins, and the last when the load ends."""

    groups: Groups
    readings: list[Reading] = field(default_factory=list)

    def read(self) -> None:
        """Takes a reading."""
        self.readings.append(Reading(at_s=perf_counter(), busy_us=busy_us(), uses=self.groups.read()))

    def cpu_us(self) -> dict[str, float]:
        """Returns the CPU time in microseconds that each group used from the first reading to the last."""
        first, last = self.readings[0].uses, self.readings[-1].uses
        return {group: last[group].cpu_us - first[group].cpu_us for group in last}

    def others_share(self, known_us: float) -> float:
        """Returns the share of all cores that other processes used. `known_us` is the load generator's CPU time."""
        first, last = self.readings[0], self.readings[-1]
        whole_us = (last.at_s - first.at_s) * 1e6 * len(os.sched_getaffinity(0))
        ours_us = sum(self.cpu_us().values()) + known_us
        others_us = last.busy_us - first.busy_us - ours_us
        return round(max(others_us, 0.0) / whole_us, 3) if whole_us else 0.0

    def memory_mb(self) -> dict[str, float]:
        """Returns the largest resident memory, in MB, of each group and of all Python processes together."""
        peaks = {
            group: max(reading.uses[group].rss_bytes for reading in self.readings) / _MB
            for group in self.readings[-1].uses
        }
        together = max(reading.python_mb for reading in self.readings)
        return {group: round(mb, 1) for group, mb in {**peaks, "python": together}.items()}

    def slope_mb_per_min(self, *names: str) -> float:
        """Returns the growth of these groups' memory over the last two thirds of the load, in MB per minute."""
        later = self.readings[len(self.readings) // 3 :]
        return slope([r.at_s for r in later], [r.mb_of(names) for r in later]) * 60


def slope(xs: list[float], ys: list[float]) -> float:
    """Returns the least-squares slope. Returns 0 if all `xs` are equal or there are fewer than two."""
    if len(xs) < 2:
        return 0.0
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - x_mean) ** 2 for x in xs)
    if not spread:
        return 0.0
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread
