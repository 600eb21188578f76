"""Shrinks a failing seed to fewer hours, faults and scripts. The same kind of violation must still occur.

Halves are left out first, then quarters, and so on. The number of simulations is limited.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from refunds_simulation.bugs import situations_of, with_situations
from refunds_simulation.callers import scripts
from refunds_simulation.machine.chance import stream
from refunds_simulation.runs.numbers import text_of
from refunds_simulation.runs.run import Result, run
from refunds_simulation.settings import RunSettings
from refunds_simulation.world import faults
from refunds_simulation.world.situations.plan import plan

RUNS_MAX = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """The smallest failing settings that were found, with their result."""

    settings: RunSettings
    result: Result
    runs: int
    faults_left: int
    scripts_left: int

    @property
    def command(self) -> str:
        """Returns the command that replays the failure."""
        of = self.settings
        parts = [f"refunds simulate --seed {of.seed} --hours {of.hours}"]
        parts += [f"--bug {of.bug}"] if of.bug else ["--harsh"] if of.is_harsh else []
        further = sorted(of.situations - situations_of(of.bug))
        parts += [f"--situations {','.join(further)}"] if further else []
        parts += [f"--without-faults {text_of(of.without_faults)}"] if of.without_faults else []
        parts += [f"--without-scripts {text_of(of.without_scripts)}"] if of.without_scripts else []
        return " ".join([*parts, "--story"])


class _Shrinking:
    """Tries smaller settings and keeps the best so far.

    `kinds` are the kinds of the original violations. One of these kinds must occur again.
    """

    def __init__(self, settings: RunSettings, runs_max: int) -> None:
        self.best = settings
        self.runs_left = runs_max
        self.kinds = self._kinds(settings)

    def _kinds(self, settings: RunSettings) -> frozenset[str]:
        self.runs_left -= 1
        return frozenset(violation.kind for violation in run(settings).violations)

    def fails(self, settings: RunSettings) -> bool:
        """Returns whether these settings give a violation of the same kind. If so, keeps them as the best so far.

        Returns False if the limit of simulations is reached.
        """
        if self.runs_left <= 0 or not self._kinds(settings) & self.kinds:
            return False
        self.best = settings
        return True


def shrunk(settings: RunSettings, runs_max: int = RUNS_MAX) -> Shrunk:
    """Returns the smallest failing settings that were found, with their result."""
    shrinking = _Shrinking(replace(with_situations(settings), is_kept=False), runs_max)
    _fewer_hours(shrinking)
    of = shrinking.best
    all_scripts = scripts.plan(stream(of.seed, "scripts"), of.hours)
    all_faults = faults.plan(of, sorted(script.at_s for script in all_scripts))
    all_scripts += plan(of)
    for _ in range(2):
        _fewer(shrinking, "without_faults", [fault.number for fault in all_faults])
        _fewer(shrinking, "without_scripts", [script.number for script in all_scripts])
    best = replace(shrinking.best, is_kept=True)
    return Shrunk(
        settings=best,
        result=run(best),
        runs=runs_max - shrinking.runs_left,
        faults_left=len(all_faults) - len(best.without_faults),
        scripts_left=len(all_scripts) - len(best.without_scripts),
    )


def _fewer_hours(shrinking: _Shrinking) -> None:
    """Looks for the smallest number of hours that still fails, by bisection.

    This works because a plan for few hours equals the first hours of a longer plan.
    """
    low, high = 0, shrinking.best.hours
    while high - low > 1:
        middle = (low + high) // 2
        if shrinking.fails(replace(shrinking.best, hours=middle)):
            high = middle
        else:
            low = middle


def _fewer(shrinking: _Shrinking, name: str, numbers: Sequence[int]) -> None:
    left = [number for number in numbers if number not in getattr(shrinking.best, name)]
    size = max(1, len(left) // 2)
    while left and shrinking.runs_left > 0:
        left, is_smaller = _without_pieces(left, size, _trying(shrinking, name, numbers))
        if size == 1 and not is_smaller:
            return
        size = max(1, min(size // 2, len(left)))


def _trying(shrinking: _Shrinking, name: str, numbers: Sequence[int]) -> Callable[[Sequence[int]], bool]:
    def fails(kept: Sequence[int]) -> bool:
        without = frozenset(numbers) - frozenset(kept)
        best = shrinking.best
        is_faults = name == "without_faults"
        fewer = replace(best, without_faults=without) if is_faults else replace(best, without_scripts=without)
        return shrinking.fails(fewer)

    return fails


def _without_pieces(left: Sequence[int], size: int, fails: Callable[[Sequence[int]], bool]) -> tuple[list[int], bool]:
    """Leaves out each piece of `size` numbers that the failure does not need.

    Returns the numbers that are left, and True if any piece was left out.
    """
    kept, start, is_smaller = list(left), 0, False
    while start < len(kept):
        fewer = kept[:start] + kept[start + size :]
        if fails(fewer):
            kept, is_smaller = fewer, True
        else:
            start += size
    return kept, is_smaller
