"""Defines the command `refunds simulate`.

The product's command line finds the command by this package's entry point.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import msgspec
from cyclopts import Parameter

from refunds.cli.client.instance_option import AsJson
from refunds.cli.client.whole_numbers import whole
from refunds.cli.errors import FAILED
from refunds.cli.views.output import console, error_console, print_json
from refunds_simulation.bugs import BUGS
from refunds_simulation.runs.numbers import numbers_of
from refunds_simulation.runs.report import Totals, lines_of, lines_of_shrunk, out_of
from refunds_simulation.runs.run import run
from refunds_simulation.runs.shrink import Shrunk, shrunk
from refunds_simulation.settings import HOURS_MAX, RunSettings
from refunds_simulation.world.situations.plan import KINDS

RUNS_MAX = 1_000_000
SEED_MAX = 2**53
ALL = "all"


def _is_bug(_type: object, name: str) -> None:
    if name and name not in BUGS:
        raise ValueError(f"no planted bug is called {name}; there are: {', '.join(sorted(BUGS))}")


def _are_situations(_type: object, text: str) -> None:
    for name in text.split(",") if text else ():
        if name not in KINDS and text != ALL:
            raise ValueError(f"no situation is called {name}; there are: {', '.join(KINDS)}, or {ALL}")


def _situations_of(text: str) -> frozenset[str]:
    return frozenset(KINDS if text == ALL else filter(None, text.split(",")))


def _is_numbers(_type: object, text: str) -> None:
    numbers_of(text)


def simulate(
    *,
    seed: Annotated[int | None, whole(gte=0, lte=SEED_MAX)] = None,
    hours: Annotated[int, whole(gte=1, lte=HOURS_MAX)] = 24,
    runs: Annotated[int, whole(gte=1, lte=RUNS_MAX)] = 1,
    bug: Annotated[str, Parameter(validator=_is_bug)] = "",
    list_bugs: Annotated[bool, Parameter(negative="")] = False,
    without_faults: Annotated[str, Parameter(validator=_is_numbers)] = "",
    without_scripts: Annotated[str, Parameter(validator=_is_numbers)] = "",
    harsh: Annotated[bool, Parameter(negative="")] = False,
    situations: Annotated[str, Parameter(validator=_are_situations)] = "",
    story: Annotated[bool, Parameter(negative="")] = False,
    shrink: bool = True,
    as_json: AsJson = False,
) -> int:
    """Simulate hours full of faults and check every invariant; the exit code is 1 if one is violated.

    A seed determines the whole run, the same in every process. A failing seed is shrunk and its story printed.

    Parameters
    ----------
    seed
        Seed of the run; with --runs that of the first run.
    hours
        Simulated hours of each run.
    runs
        Number of runs; each has the next seed.
    bug
        Plant this bug, to see that it is found.
    list_bugs
        List all bugs that can be planted, each with what it breaks, and run nothing.
    without_faults
        Numbers of faults to leave out, e.g. 0-3,7, as the replay of a shrunk seed names them.
    without_scripts
        Numbers of callers' scripts to leave out.
    harsh
        Add further faults and checks; always on with --bug.
    situations
        Add these situations to each hour, e.g. reader_overtaken,keys_collide, or "all"; a bug adds those it needs.
    story
        Print what happened to the payment concerned.
    shrink
        Shrink the first failing seed to few faults and callers.
    """
    if list_bugs:
        _list_bugs(as_json=as_json)
        return 0
    if seed is None:
        error_console().print("--seed is missing: name the seed to run, or take --list-bugs")
        return FAILED
    first = RunSettings(
        seed=seed,
        hours=hours,
        bug=bug,
        without_faults=numbers_of(without_faults),
        without_scripts=numbers_of(without_scripts),
        is_kept=story,
        is_harsh=harsh or bug != "",
        situations=_situations_of(situations),
    )
    totals = Totals()
    failed = _run_all(first, runs, totals, as_json=as_json)
    small = shrunk(failed) if failed is not None and shrink and not story else None
    _end(totals, small, as_json=as_json)
    return FAILED if failed is not None else 0


def _list_bugs(*, as_json: bool) -> None:
    if as_json:
        print_json(msgspec.json.encode({"bugs": [{"name": bug.name, "breaks": bug.breaks} for bug in BUGS.values()]}))
        return
    wide = max(len(name) for name in BUGS)
    _print(f"{bug.name:<{wide}}  {bug.breaks}" for bug in BUGS.values())


def _run_all(first: RunSettings, runs: int, totals: Totals, *, as_json: bool) -> RunSettings | None:
    """Simulates all seeds. Returns the settings of the first simulation that failed, or None."""
    failed = None
    for number in range(runs):
        settings = replace(first, seed=first.seed + number)
        result = run(settings)
        totals.add(result)
        if not as_json:
            _print(lines_of(result))
        if not result.is_clean and failed is None:
            failed = settings
    return failed


def _end(totals: Totals, small: Shrunk | None, *, as_json: bool) -> None:
    if as_json:
        print_json(msgspec.json.encode(out_of(totals, small)))
        return
    _print(totals.lines())
    if small is not None:
        _print(lines_of_shrunk(small))


def _print(lines: Iterable[str]) -> None:
    shown = console()
    for line in lines:
        shown.print(line, soft_wrap=True)
