"""Runs `bench growth`, which measures, keeps the figures in a file and writes docs/performance.md from the file."""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC
from pathlib import Path

import msgspec

from bench.growth.page import write_page
from bench.growth.result import Cell, Growth
from bench.growth.runs import Sizes, grown
from bench.report.machine import commit, machine
from refunds.adapters.local.clock import SystemClock

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "bench" / "measured" / "growth.json"


def growth(arguments: Sequence[str], say: Callable[[str], None]) -> int:
    """Runs the command. Without `--file`, the figures replace the kept ones and the page is written."""
    parser = argparse.ArgumentParser(prog="python -m bench growth")
    parser.add_argument("--payments", nargs="+", type=int, default=[10_000, 100_000])
    parser.add_argument("--refunds", nargs="*", type=int, default=[1, 9, 99], help="refunds stored before one more")
    parser.add_argument("--merchants", nargs="+", type=int, default=[10, 10_000])
    parser.add_argument("--beside", type=int, default=3_000, help="payments where refunds are varied")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each run")
    parser.add_argument("--file", type=Path, default=KEPT)
    parser.add_argument("--page-only", action="store_true", help="write the page from the file, measure nothing")
    chosen = parser.parse_args(arguments)
    if not chosen.page_only:
        sizes = Sizes(
            payments=chosen.payments, refunds=chosen.refunds, merchants=chosen.merchants, beside=chosen.beside
        )
        cells: list[Cell] = []
        for cell in grown(sizes, chosen.seconds, say):
            cells.append(cell)
            say(msgspec.json.encode(cell).decode())
            chosen.file.write_bytes(_encoded(cells))
    if chosen.file == KEPT:
        write_page(read(KEPT), ROOT / "docs")
    return 0


def read(file: Path) -> Growth:
    """The figures of a file."""
    return msgspec.json.decode(file.read_bytes(), type=Growth)


def _encoded(cells: list[Cell]) -> bytes:
    date = SystemClock().now().astimezone(UTC).date().isoformat()
    found = Growth(commit=commit(), date=date, machine=machine(), cells=cells)
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"
