"""Prints tables for people. With `--json`, the report itself is printed instead."""

from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table

from bench.measure.groups import LOAD, MONGOD, REDIS, SANDBOX, SERVICES
from bench.measure.result import Measurement, Report
from bench.report.ratios import against_raw, between

_CPU = (SERVICES, MONGOD, REDIS, SANDBOX, LOAD)
_WIDTH = 132


def console() -> Console:
    """Returns a console that does not cut tables if the output goes to a file."""
    found = Console()
    return found if found.is_terminal else Console(width=_WIDTH)


def print_report(report: Report, to: Console) -> None:
    """Prints all tables of one report."""
    machine = report.machine
    to.print(
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_mb:,} MB · Linux {machine.kernel}"
        f" · Python {machine.python} · commit {report.commit} · {report.started_at}",
        highlight=False,
    )
    to.print(_speeds(report.measurements))
    _print_figures(report.measurements, to)
    to.print(_checks("Goals: ratios within this run", "met", "[red]missed[/red]", report.measurements))
    informed = [msgspec.structs.replace(m, goals=m.information) for m in report.measurements]
    if any(m.goals for m in informed):
        to.print(_checks(f"Information, for {machine.cpu} only", "within", "beyond", informed))
    if rows := against_raw(report.measurements):
        shown = table("Product / bare driver and naive designs", "pair", "ops/s", "CPU")
        for pair, ops, cpu in rows:
            shown.add_row(pair, f"{ops:.2f}", f"{cpu:.2f}")
        to.print(shown)


def print_comparison(before: Report, after: Report, to: Console) -> None:
    """Prints the ratios of two reports. Warns if they come from different machines or Pythons."""
    title = f"{before.commit} ({before.started_at}) → {after.commit} ({after.started_at})"
    shown = table(title, "measurement", "value", "before", "after", "ratio")
    for name, what, was, now, ratio in between(before, after):
        shown.add_row(name, what, number(was), number(now), f"{ratio:.2f}")
    to.print(shown)
    if before.machine != after.machine:
        to.print("The two runs were on different machines or Pythons.", style="yellow")


def _speeds(measurements: Sequence[Measurement]) -> Table:
    cpu = ("services", "mongod", "redis", "sandbox", "load")
    shown = table(
        "Speed; latency in ms, CPU in µs per operation", "", "ops/s", "p50", "p95", "p99", *cpu, "others", "python MB"
    )
    for m in measurements:
        latency = m.latency_ms
        times = [latency.p50, latency.p95, latency.p99] if latency is not None else [None] * 3
        services = next((m.cpu_us[group] for group in ("driver", "naive", SERVICES) if group in m.cpu_us), None)
        used = [services, m.cpu_us.get(MONGOD, m.cpu_us.get("postgres")), *(m.cpu_us.get(group) for group in _CPU[2:])]
        cells = [number(cell) for cell in (m.ops_per_s or None, *times, *used)]
        others = f"{m.others_share:.0%}" if m.cpu_us else "–"
        shown.add_row(m.name, *cells, others, number(m.memory_mb.get("python")))
    return shown


def _print_figures(measurements: Sequence[Measurement], to: Console) -> None:
    for m in measurements:
        shown = " · ".join(f"{name} {number(value)}" for name, value in m.figures.items())
        if shown:
            to.print(f"{m.name}: {shown}", highlight=False)
        for note in m.notes:
            to.print(f"{m.name}: {note}", style="yellow", highlight=False, markup=False)


def _checks(title: str, kept: str, broken: str, measurements: Sequence[Measurement]) -> Table:
    shown = table(title, "", "what", "goal", "measured", "verdict", "why")
    for m in measurements:
        for check in m.goals:
            verdict = kept if check.is_met else broken
            shown.add_row(m.name, check.what, check.goal, number(check.value), verdict, check.why)
    return shown


def table(title: str, *columns: str) -> Table:
    """An empty table. Columns of figures are aligned to the right."""
    made = Table(title=title, title_justify="left")
    for column in columns:
        is_text = column in {"", "what", "why", "verdict", "pair", "measurement", "value"}
        made.add_column(column, justify="left" if is_text else "right", no_wrap=True)
    return made


def number(value: float | None) -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
