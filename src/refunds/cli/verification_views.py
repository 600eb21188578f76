"""How the result of a verification looks: lines for people, one JSON document for programs."""

from collections.abc import Iterator

import msgspec

from refunds.cli.answers import money
from refunds.usecases.verification import Check, Report
from refunds.usecases.verification_advice import ADVICE, WAITING_PAYMENTS

LINES_SHOWN_MAX = 20


class FindingOut(msgspec.Struct, kw_only=True, frozen=True):
    """One finding. `subject` is the payment, refund or other thing named; empty where the line names none."""

    code: str
    subject: str
    found: str
    meaning: str
    action: str


class VerificationOut(msgspec.Struct, kw_only=True, frozen=True):
    """The document for programs; amounts in minor units. `waiting` is late, not broken."""

    is_clean: bool
    report: Report
    findings: tuple[FindingOut, ...] = ()
    waiting: tuple[FindingOut, ...] = ()


def verification_out(report: Report) -> VerificationOut:
    """The result for programs."""
    findings = tuple(_finding(check, line) for check in report.checks for line in check.lines)
    waiting = tuple(map(_waiting, report.waiting_lines))
    return VerificationOut(is_clean=report.is_clean, report=report, findings=findings, waiting=waiting)


def _finding(check: Check, line: str) -> FindingOut:
    subject, colon, found = line.partition(": ")
    advice = ADVICE[check.invariant]
    return FindingOut(
        code=check.invariant.name.lower(),
        subject=subject if colon else "",
        found=found if colon else line,
        meaning=advice.meaning,
        action=advice.action,
    )


def _waiting(line: str) -> FindingOut:
    subject, _, found = line.partition(": ")
    return FindingOut(
        code="waiting_payment",
        subject=subject,
        found=found,
        meaning=WAITING_PAYMENTS.meaning,
        action=WAITING_PAYMENTS.action,
    )


def verification_lines(report: Report) -> Iterator[str]:
    """The result for people: a line for each invariant, violation and sum of the ledger."""
    for check in report.checks:
        mark = "✗" if check.violations else "✓"
        broken = f", {check.violations:,} broken" if check.violations else ""
        yield f"{mark} {check.invariant.value} ({check.checked:,} checked{broken})"
        yield from _indented(check.lines, check.violations)
        if check.violations:
            yield f"    What it means: {ADVICE[check.invariant].meaning}"
            yield f"    What to do: {ADVICE[check.invariant].action}"
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
    if report.waiting_payments:
        yield f"  {report.waiting_payments:,} payments wait in a reader's quarantine; what they lack is late"
        yield from _indented(report.waiting_lines, report.waiting_payments)
        yield f"    What it means: {WAITING_PAYMENTS.meaning}"
        yield f"    What to do: {WAITING_PAYMENTS.action}"
    yield "All invariants hold." if report.is_clean else "NOT all invariants hold."


def _indented(lines: tuple[str, ...], count: int) -> Iterator[str]:
    for line in lines[:LINES_SHOWN_MAX]:
        yield f"    {line}"
    if count > LINES_SHOWN_MAX:
        yield f"    … and {count - LINES_SHOWN_MAX:,} more"
