"""Simulates one seed from the beginning to the last check. The settings determine everything."""

import gc
import itertools
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from refunds_simulation import bugs
from refunds_simulation.findings import Violation
from refunds_simulation.oracles import checking
from refunds_simulation.runs.log_watch import LogWatch, listening
from refunds_simulation.runs.quick_values import quick_values
from refunds_simulation.runs.small_bounds import bounds_of
from refunds_simulation.runs.story import Story, story_of
from refunds_simulation.settings import RunSettings
from refunds_simulation.world.world import World

DAY_S = 86_400.0
RUNS_A_COLLECTION = 5

_runs = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of simulating one seed. Fields with several counts are dicts by name.

    `settled_s` is the simulated time in seconds from the last fault until all refunds had ended.
    """

    seed: int
    hours: int
    trace: str
    events: int
    violations: Sequence[Violation]
    violations_count: int
    commands: int
    commands_per_hour_min: int
    requests: int
    faults: dict[str, int]
    happened: dict[str, int]
    answers: dict[str, int]
    states: dict[str, int]
    logged: dict[str, int]
    simulated_s: float
    settled_s: float
    took_s: float
    faults_per_hour_min: int = 0
    story: Story | None = field(default=None, compare=False)

    @property
    def is_clean(self) -> bool:
        """Returns True if no violation was found."""
        return self.violations_count == 0

    @property
    def days_per_second(self) -> float:
        """Returns the simulated days per second of CPU time."""
        return self.simulated_s / DAY_S / self.took_s


def run(settings: RunSettings) -> Result:
    """Simulates one seed and returns the result. Raises ValueError if the settings name an unknown bug."""
    begun_s = time.process_time()
    settings = bugs.with_situations(settings)
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        with quick_values(), bounds_of(settings), bugs.planted(settings.bug):
            return _run(settings, begun_s)
    finally:
        _collect_now_and_then()
        if was_collecting:
            gc.enable()


def _collect_now_and_then() -> None:
    """Frees the memory of past simulations. Does so only once in `RUNS_A_COLLECTION` calls.

    Python's warnings about coroutines that were never resumed are ignored, because this is intended.
    """
    if next(_runs) % RUNS_A_COLLECTION == 0:
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
            gc.collect()


def _run(settings: RunSettings, begun_s: float) -> Result:
    world = World(settings)
    watch = LogWatch(broken=partial(world.findings.add, "log", ""))
    settled_s = 0.0
    with listening(watch):
        try:
            checking.watch(world)
            world.live()
            settled_s = checking.settle(world)
            checking.check(world)
        except Exception as error:
            world.findings.add("broken", "", f"{type(error).__name__}: {error}")
            if settings.is_kept:
                raise
        simulated_s, trace = world.loop.time(), world.trace.digest()
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
            world.loop.end()
    story = story_of(world) if settings.is_kept else None
    return Result(
        seed=settings.seed,
        hours=settings.hours,
        trace=trace,
        events=world.trace.count,
        violations=tuple(world.findings.violations),
        violations_count=world.findings.count,
        commands=world.counts.commands,
        commands_per_hour_min=_least(world.counts.commands_by_hour, settings.hours),
        requests=world.counts.requests,
        faults=dict(sorted(world.faults_done.items())),
        happened=dict(sorted(world.happened.items())),
        answers=dict(sorted(world.counts.outcomes.items())),
        states=_states(world),
        logged=dict(sorted(watch.counts.items())),
        simulated_s=simulated_s,
        settled_s=settled_s,
        took_s=time.process_time() - begun_s,
        faults_per_hour_min=_faults_per_hour(world, settings.hours),
        story=story,
    )


def _least(by_hour: dict[int, int], hours: int) -> int:
    return min((by_hour.get(hour, 0) for hour in range(hours)), default=0)


def _faults_per_hour(world: World, hours: int) -> int:
    by_hour: dict[int, int] = {}
    for fault in world.faults:
        if fault.number not in world.settings.without_faults:
            hour = int(fault.at_s // 3600)
            by_hour[hour] = by_hour.get(hour, 0) + 1
    return _least(by_hour, hours)


def _states(world: World) -> dict[str, int]:
    """Returns the number of events by the refund's status after the event."""
    reached: dict[str, int] = {}
    for change in world.servers.database.changes():
        for event in change.items:
            reached[event.status] = reached.get(event.status, 0) + 1
    return dict(sorted(reached.items()))
