"""Runs `bench compare`, which compares two JSON files, or an earlier version with the current checkout."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console

from bench.measure.result import Report
from bench.report.machine import commit, machine
from bench.report.table import number, print_comparison, table
from bench.runner import Wanted
from bench.support.bench import Options
from bench.versions.goals import checked
from bench.versions.pairs import BOTH, rows, unsound
from bench.versions.rounds import AFTER, BEFORE, CASES, USUAL, Pair, rounds
from bench.versions.worktree import ROOT, checked_out

ELSEWHERE = (
    "Not compared here: ratios to the naive endpoint (`--only create`), growth (`growth`), overload, index keys."
)
SHOWN = ("ops/s", "p50 ms", "p99 ms", "CPU µs services", "CPU µs mongod", BOTH)


def compare(arguments: Sequence[str], say: Callable[[str], None], to: Console) -> int:
    """Prints the comparison."""
    parser = argparse.ArgumentParser(prog="python -m bench compare")
    parser.add_argument("before", help="a commit, or a file of --json")
    parser.add_argument("after", type=Path, nargs="?", help="a file of --json, if `before` is one")
    parser.add_argument("--only", nargs="+", choices=CASES, default=USUAL)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=12.0, help="length of each run")
    parser.add_argument("--rate", type=float, default=350.0, help="refunds/s of settle")
    parser.add_argument("--json", type=Path, help="a file for all measurements of all rounds")
    chosen = parser.parse_args(arguments)
    if chosen.after is not None:
        files = (Path(chosen.before), chosen.after)
        print_comparison(*(msgspec.json.decode(file.read_bytes(), type=Report) for file in files), to)
        return 0
    wanted = Wanted(names=chosen.only, options=Options(seconds=chosen.seconds, rate_per_s=chosen.rate))
    roots = {BEFORE: checked_out(chosen.before, say), AFTER: ROOT}
    pairs = []
    for pair in rounds(roots, wanted, chosen.rounds, say):
        pairs.append(pair)
        if chosen.json:
            chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(pairs), indent=1))
    print_pairs(f"{roots[BEFORE].name} → {commit()}, {machine().cpu}, {len(pairs)} rounds", pairs, to)
    return 0


def print_pairs(title: str, pairs: Sequence[Pair], to: Console) -> None:
    """Prints medians with the spread of their ratios, then the goals."""
    found = rows(pairs)
    shown = table(title, "measurement", "value", "before", "after", "ratio", "of the rounds", "others")
    for row in found:
        if row.what in SHOWN or row.what.endswith(("_mb", "start_s", "sustained_per_s", "bytes_per_refund")):
            spread = f"{min(row.ratios):.2f}-{max(row.ratios):.2f}"
            cells = (number(row.before), number(row.after), f"{row.ratio:.2f}", spread, f"≤ {row.others_share:.0%}")
            shown.add_row(row.name, row.what, *cells)
    to.print(shown)
    for line in unsound(pairs):
        to.print(line, style="yellow")
    goals = table("Goals against the earlier version", "what", "goal", "measured", "verdict", "why")
    for check in checked(found):
        goals.add_row(check.what, check.goal, number(check.value), "met" if check.is_met else "missed", check.why)
    to.print(goals)
    to.print(ELSEWHERE, markup=False)
