"""Pins the processes of an instance to one core, and this process with its load generators to the other cores."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.errors import BenchFailed
from bench.measure.processes import family, process_table

ROUNDS_MAX = 10
"""Maximum number of rounds of pinning. They repeat until no thread is new, because threads may start meanwhile."""


class OneCore(BenchFailed):
    """This machine has only one core."""


@contextmanager
def pinned_to_one_core(pids: Iterable[int]) -> Iterator[int]:
    """Pins processes and their descendants to one core and yields the core. At the end, all may use all cores."""
    cores = os.sched_getaffinity(0)
    if len(cores) < 2:
        raise OneCore("one core is for the product and another for the load generator; this machine has only one")
    core, leading = max(cores), list(pids)
    os.sched_setaffinity(0, cores - {core})
    _pin(leading, {core})
    try:
        yield core
    finally:
        _pin(leading, cores)
        os.sched_setaffinity(0, cores)


def _pin(pids: Iterable[int], cores: set[int]) -> None:
    seen: set[int] = set()
    for _ in range(ROUNDS_MAX):
        new = _threads(pids) - seen
        if not new:
            return
        for thread in new:
            try:
                os.sched_setaffinity(thread, cores)
            except ProcessLookupError:
                continue  # it has ended
        seen |= new


def _threads(pids: Iterable[int]) -> set[int]:
    table = process_table()
    members = set().union(*(family(pid, table) for pid in pids))
    found: set[int] = set()
    for pid in members:
        try:
            found |= {int(entry.name) for entry in Path(f"/proc/{pid}/task").iterdir()}
        except OSError:
            continue  # it has ended
    return found
