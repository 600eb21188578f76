"""Measures two versions alternately, each time on a fresh instance, so that machine and data are the same."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from bench.cases import create, read, settle
from bench.errors import BenchFailed
from bench.measure.result import Measurement
from bench.runner import Wanted, instance
from bench.support.bench import Bench
from bench.versions.oplog import settled_at_rate

CASES: Mapping[str, Callable[[Bench], list[Measurement]]] = {
    "create": create.run,
    "settle": settled_at_rate,
    "highest": lambda bench: settle.run(bench)[1:],
    "read": read.run,
}
USUAL = ("create", "settle", "read")
BEFORE, AFTER = "before", "after"


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """All measurements of one version in one round, by name."""

    version: str
    measurements: dict[str, Measurement]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Both versions in one round."""

    before: Side
    after: Side


def rounds(
    roots: Mapping[str, Path],
    wanted: Wanted,
    count: int,
    say: Callable[[str], None],
) -> Iterator[Pair]:
    """Yields a pair for each round. The order of the two versions alternates."""
    for number in range(count):
        order = (BEFORE, AFTER) if number % 2 == 0 else (AFTER, BEFORE)
        say(f"round {number + 1} of {count}: {order[0]} first")
        sides = {side: _side(roots[side], wanted, say) for side in order}
        yield Pair(before=sides[BEFORE], after=sides[AFTER])


def _side(root: Path, wanted: Wanted, say: Callable[[str], None]) -> Side:
    found: list[Measurement] = []
    with instance(replace(wanted, root=root), say) as bench:
        found.append(_start(bench))
        for name in wanted.names:
            found += _measured(name, bench, say)
        found.append(_memory(bench))
    return Side(version=root.name, measurements={m.name: m for m in found})


def _measured(name: str, bench: Bench, say: Callable[[str], None]) -> Sequence[Measurement]:
    try:
        return CASES[name](bench)
    except BenchFailed as failure:
        say(f"{name}: {failure}")
        return []


def _start(bench: Bench) -> Measurement:
    figures = {"start_s": round(bench.start_s, 3)}
    return Measurement(name="start_fresh", what="refunds up on a fresh folder", operations=1, figures=figures)


def _memory(bench: Bench) -> Measurement:
    figures = {"python_peak_mb": round(bench.peak_python_mb, 1)}
    return Measurement(name="memory_peak", what="peak of all Python", operations=1, figures=figures)
