"""Runs one service through a day: load, measure, alarm, step, start of tasks. Minute by minute, no randomness.

As AWS does it: an alarm goes off when all its minutes breach, and as long as it is on, its policy acts every minute
that its cool-down allows; within it only a greater step adds the difference. Measures come a minute late.
"""

import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.infrastructure.scaling.policies import Policy, Scaling

START_MINUTES = 2
"""From the wish for a task to its first request: image, start, health."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What comes and what one task can do, per minute: requests, messages, or tasks' worth of CPU."""

    mean: float
    task_does: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """How it stood at the end of a minute."""

    arrived: float
    wanted: int
    running: int
    waiting: float
    measure: float


@dataclass(slots=True, kw_only=True)
class _Direction:
    """One policy with what it remembers."""

    policy: Policy
    seen: deque[bool] = field(default_factory=deque)
    acted_at: float = float("-inf")
    acted: int = 0

    def look(self, measure: float) -> bool:
        """Whether the alarm is on after this minute."""
        self.seen.append(self.policy.breaches(measure))
        while len(self.seen) > self.policy.minutes:
            self.seen.popleft()
        return len(self.seen) == self.policy.minutes and all(self.seen)

    def change(self, measure: float, now: int) -> int:
        """Tasks to add now."""
        wish = self.policy.change(measure)
        if now - self.acted_at >= self.policy.cooldown_minutes:
            self.acted_at, self.acted = now, wish
            return wish
        more = max(wish - self.acted, 0) if wish > 0 else 0
        self.acted += more
        return more


def simulate(scaling: Scaling, work: Work, loads: Sequence[float]) -> list[Minute]:
    """The day, from the fewest tasks on."""
    out, into = _Direction(policy=scaling.out), _Direction(policy=scaling.into)
    wanted = [scaling.least] * START_MINUTES
    waiting, minutes = 0.0, list[Minute]()
    for now, load in enumerate(loads):
        arrived = load * work.mean
        running = max(min(wanted[-START_MINUTES:]), min(wanted[-1], scaling.least))
        waiting = max(waiting + arrived - running * work.task_does, 0.0) if _queues(scaling) else 0.0
        measure = _measure(scaling, work, arrived, running, waiting)
        wanted.append(_wanted(scaling, wanted[-1], (out, into), minutes[-1].measure if minutes else None, now))
        minutes.append(Minute(arrived=arrived, wanted=wanted[-1], running=running, waiting=waiting, measure=measure))
    return minutes


def _wanted(
    scaling: Scaling, now_wanted: int, both: tuple[_Direction, _Direction], seen: float | None, now: int
) -> int:
    out, into = both
    if seen is None:
        return now_wanted
    is_out, is_in = out.look(seen), into.look(seen)
    change = out.change(seen, now) if is_out else into.change(seen, now) if is_in else 0
    return min(max(now_wanted + change, scaling.least), scaling.most)


def _queues(scaling: Scaling) -> bool:
    return scaling.metric == "ApproximateNumberOfMessagesVisible"


def _measure(scaling: Scaling, work: Work, arrived: float, running: int, waiting: float) -> float:
    match scaling.metric:
        case "CPUUtilization":
            return min(100 * arrived / (running * work.task_does), 100)
        case "RequestCountPerTarget":
            return arrived / running
        case "ApproximateNumberOfMessagesVisible":
            return waiting
    raise AssertionError(f"no model of {scaling.metric}")


def turns(minutes: Sequence[Minute]) -> int:
    """How often the number of tasks changed its direction: up then down, or down then up."""
    steps = [b.wanted - a.wanted for a, b in itertools.pairwise(minutes) if b.wanted != a.wanted]
    return sum((a > 0) is not (b > 0) for a, b in itertools.pairwise(steps))
