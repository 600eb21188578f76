"""How the result of a verification looks: lines for people, one JSON document for programs."""

from collections.abc import Iterator

import msgspec

from refunds.cli.answers import money
from refunds.usecases.verification import Report

LINES_SHOWN_MAX = 20


class VerificationOut(msgspec.Struct, kw_only=True, frozen=True):
    """The document for programs; amounts in minor units."""

    is_clean: bool
    report: Report


def verification_out(report: Report) -> VerificationOut:
    """The result for programs."""
    return VerificationOut(is_clean=report.is_clean, report=report)


def verification_lines(report: Report) -> Iterator[str]:
    """The result for people: a line for each invariant, violation and sum of the ledger."""
    for check in report.checks:
        mark = "✗" if check.violations else "✓"
        broken = f", {check.violations:,} broken" if check.violations else ""
        yield f"{mark} {check.invariant.value} ({check.checked:,} checked{broken})"
        yield from _indented(check.lines, check.violations)
    for total in report.sums:
        yield (
            f"  ledger {total.currency}: gateway {money(total.gateway_amount, total.currency)}, "
            f"merchants {money(total.merchant_amount, total.currency)}, "
            f"sum {total.gateway_amount + total.merchant_amount} ({total.entries:,} entries)"
        )
    for note in report.notes:
        yield f"  note: {note}"
    if report.open_refunds:
        yield f"  {report.open_refunds:,} refunds wait for their gateway's word"
    yield "All invariants hold." if report.is_clean else "NOT all invariants hold."


def _indented(lines: tuple[str, ...], count: int) -> Iterator[str]:
    for line in lines[:LINES_SHOWN_MAX]:
        yield f"    {line}"
    if count > LINES_SHOWN_MAX:
        yield f"    … and {count - LINES_SHOWN_MAX:,} more"
