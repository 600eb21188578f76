"""Writes the generated part of docs/performance.md, which is the table with its ratios and the picture."""

from collections.abc import Sequence
from pathlib import Path

from bench.growth.picture import picture
from bench.growth.result import MERCHANTS, OPERATIONS, PAYMENTS, REFUNDS, Cell, Growth

BEGIN, END = "<!-- growth: generated, do not edit -->\n", "<!-- end of growth -->\n"
PAGE, PICTURE = "performance.md", "growth.svg"


def write_page(growth: Growth, docs: Path) -> None:
    """Writes the table between the marks in the page, and the picture into the same folder."""
    page = docs / PAGE
    page.write_text(with_table(page.read_text(encoding="utf-8"), growth), encoding="utf-8")
    (docs / PICTURE).write_text(picture(factors(growth.cells)), encoding="utf-8")


def with_table(text: str, growth: Growth) -> str:
    """The page with the present table."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table(growth)}{END}{after}"


def factors(cells: Sequence[Cell]) -> dict[str, list[tuple[int, Cell]]]:
    """Returns each factor's cells with their sizes. The cell with the fewest payments is also the merchants' base."""
    of = {factor: [cell for cell in cells if cell.factor == factor] for factor in (PAYMENTS, REFUNDS, MERCHANTS)}
    return {
        "stored payments": [(cell.payments, cell) for cell in of[PAYMENTS]],
        "refunds of the payment": [(cell.refunds_each, cell) for cell in of[REFUNDS]],
        "merchants": [(cell.merchants, cell) for cell in (*of[PAYMENTS][:1], *of[MERCHANTS])],
    }


def table(growth: Growth) -> str:
    """Returns a table with a row per cell. Each row has CPU in µs and its ratio to the factor's first row."""
    machine = growth.machine
    lines = [
        f"Measured on {growth.date} at {growth.commit.rstrip('+')}, {machine.cpu}, {machine.cores} cores.",
        "Each figure is services + mongod in µs of CPU, then its ratio to the first row of its factor.",
        "",
        "| grows | to | create | complete | read | list | others had |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for factor, cells in factors(growth.cells).items():
        lines += [_row(factor, size, cell, cells[0][1]) for size, cell in cells]
    return "\n".join(lines) + "\n"


def _row(factor: str, size: int, cell: Cell, base: Cell) -> str:
    shown = []
    for name in OPERATIONS:
        cost, first = cell.costs[name], base.costs[name]
        failed = f", {cost.errors} errors" if cost.errors else ""
        ratio = f" (×{cost.cpu_us / first.cpu_us:.2f})" if first.cpu_us and cell is not base else ""
        shown.append(f"{cost.cpu_us:,.0f}{ratio}{failed}")
    others = max(cost.others_share for cost in cell.costs.values())
    return f"| {factor} | {size:,} | {' | '.join(shown)} | {others:.0%} |"
