"""Contains the report of the demonstration. People get tables, and programs get one JSON document."""

from collections.abc import Sequence

import msgspec
from rich.console import Console

from refunds.cli.views.output import table_of
from refunds.cli.views.verification_views import VerificationOut, verification_lines
from refunds.usecases.verification.verification_report import Report
from refunds_embedded.demo.measures import Measure
from refunds_embedded.demo.summary import TallyRow, amounts_table, counts_table

SURPRISES_SHOWN_MAX = 20


class DemoReport(msgspec.Struct, kw_only=True, frozen=True):
    """The report of one demonstration. `surprises` names unexpected responses and unexpected final statuses."""

    url: str
    batch: str
    seed: int
    payments: int
    requests: int
    refunds: int
    waiting_for_a_person: int
    requested_in_s: float
    ended_in_s: float
    ended_per_s: float
    tally: tuple[TallyRow, ...]
    measures: tuple[Measure, ...]
    surprises: tuple[str, ...]
    verification: VerificationOut

    @property
    def is_good(self) -> bool:
        """Returns True if every response, every final status and every invariant is as expected."""
        return not self.surprises and self.verification.is_clean


def print_report(report: DemoReport, verification: Report, console: Console) -> None:
    """Prints the tables, the result of the verification, and the unexpected results."""
    console.print(counts_table(report.tally))
    console.print(amounts_table(report.tally))
    console.print(_measures_table(report.measures))
    console.print(
        f"{report.requests:,} requests answered in {report.requested_in_s:.1f} s; "
        f"{report.refunds:,} refunds came of them, all at their end after {report.ended_in_s:.1f} s "
        f"({report.ended_per_s:,.0f}/s), {report.waiting_for_a_person:,} waiting for a person.",
        highlight=False,
    )
    for line in verification_lines(verification):
        console.print(line, highlight=False)
    for line in report.surprises[:SURPRISES_SHOWN_MAX]:
        console.print(f"not as expected: {line}", style="red")
    if not report.surprises:
        console.print("Every request was answered, and every refund ended, as expected.")


def _measures_table(measures: Sequence[Measure]) -> object:
    heads = ("calls", ">count", ">repeated", ">per second", ">p50 ms", ">p95 ms", ">p99 ms", ">max ms")
    return table_of(
        heads,
        (
            (
                measure.operation,
                f"{measure.calls:,}",
                f"{measure.repeated:,}",
                f"{measure.per_s:,.0f}" if measure.per_s else "",
                f"{measure.p50_ms:.1f}",
                f"{measure.p95_ms:.1f}",
                f"{measure.p99_ms:.1f}",
                f"{measure.max_ms:.1f}",
            )
            for measure in measures
        ),
        "HTTP calls",
    )
