"""The command line `python -m bench`. With `--strict`, the exit code is 1 if a goal is missed."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench import runner
from bench.capacity.command import capacity
from bench.growth.command import growth
from bench.journal.command import main as journal
from bench.profile import profile
from bench.report.table import console, print_report
from bench.support.bench import Options
from bench.versions.command import compare


def main(arguments: Sequence[str]) -> int:
    """Runs the command line and returns the exit code."""
    if arguments[:1] == ["compare"]:
        return compare(arguments[1:], _say, console())
    if arguments[:1] == ["capacity"]:
        return capacity(arguments[1:], _say)
    if arguments[:1] == ["growth"]:
        return growth(arguments[1:], _say)
    if arguments[:1] == ["journal"]:
        return journal(arguments[1:])
    if arguments[:1] == ["profile"]:
        return _profile(arguments[1:])
    return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    parser = _parser("python -m bench", "Benchmarks of a running embedded instance.")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a goal is missed")
    chosen = parser.parse_args(arguments)
    report = runner.run(_wanted(chosen), _say)
    if chosen.json:
        print(msgspec.json.format(msgspec.json.encode(report), indent=1).decode())
    else:
        print_report(report, console())
    is_missed = any(not goal.is_met for m in report.measurements for goal in m.goals)
    return 1 if chosen.strict and is_missed else 0


def _profile(arguments: Sequence[str]) -> int:
    parser = _parser("python -m bench profile", "Where the CPU of the services goes.")
    parser.add_argument("--top", type=int, default=40, help="lines of each table")
    chosen = parser.parse_args(arguments)
    profile(_wanted(chosen), chosen.top, _say, console())
    return 0


def _parser(program: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--only", nargs="+", choices=runner.NAMES, default=runner.USUAL_NAMES)
    parser.add_argument("--seconds", type=float, help="length of each run")
    parser.add_argument("--rate", type=float, default=1_000.0, help="refunds/s of settle")
    parser.add_argument("--ready-file", type=Path, help="a running instance, not one of our own")
    return parser


def _wanted(chosen: argparse.Namespace) -> runner.Wanted:
    return runner.Wanted(
        names=chosen.only,
        options=Options(seconds=chosen.seconds, rate_per_s=chosen.rate),
        ready_file=chosen.ready_file,
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
