"""Prints the result of a verification: lines for people, one JSON document for programs."""

from collections.abc import Iterator

import msgspec

from refunds.cli.client.response_models import money
from refunds.texts.text import Text
from refunds.texts.verification_texts import FINDING_TEXTS, WAITING_TEXTS, Waiting
from refunds.usecases.verification.verification_report import Check, Report

LINES_SHOWN_MAX = 20


class FindingOut(msgspec.Struct, kw_only=True, frozen=True):
    """One finding. `subject` is the payment, refund or other object that the line names; empty if it names none."""

    code: str
    subject: str
    found: str
    meaning: str
    action: str


class VerificationOut(msgspec.Struct, kw_only=True, frozen=True):
    """The document for programs; amounts in minor units. `waiting` is late or waits for a person; it is not broken."""

    is_clean: bool
    report: Report
    findings: tuple[FindingOut, ...] = ()
    waiting: tuple[FindingOut, ...] = ()


def verification_out(report: Report) -> VerificationOut:
    """The result for programs."""
    findings = tuple(_finding(check, line) for check in report.checks for line in check.lines)
    payments = (_waiting(Waiting.PAYMENT, line) for line in report.waiting_lines)
    webhooks = (_waiting(Waiting.WEBHOOK, line) for line in report.unread_lines)
    doubts = (_waiting(Waiting.REFUND, line) for line in report.contradicted_lines)
    waiting = (*payments, *webhooks, *doubts)
    return VerificationOut(is_clean=report.is_clean, report=report, findings=findings, waiting=waiting)


def _finding(check: Check, line: str) -> FindingOut:
    subject, colon, found = line.partition(": ")
    text = FINDING_TEXTS[check.invariant]
    return FindingOut(
        code=check.invariant.name.lower(),
        subject=subject if colon else "",
        found=found if colon else line,
        meaning=text.what,
        action=text.action,
    )


def _waiting(of: Waiting, line: str) -> FindingOut:
    subject, _, found = line.partition(": ")
    text = WAITING_TEXTS[of]
    return FindingOut(code=of.value, subject=subject, found=found, meaning=text.what, action=text.action)


def verification_lines(report: Report) -> Iterator[str]:
    """The result for people: a line for each invariant, violation and sum of the ledger."""
    for check in report.checks:
        mark = "✗" if check.violations else "✓"
        broken = f", {check.violations:,} broken" if check.violations else ""
        yield f"{mark} {check.invariant.value} ({check.checked:,} checked{broken})"
        yield from _indented(check.lines, check.violations)
        if check.violations:
            yield from _advised(FINDING_TEXTS[check.invariant])
    for total in report.sums:
        yield (
            f"  ledger {total.currency}: gateway {money(total.gateway_amount, total.currency)}, "
            f"merchants {money(total.merchant_amount, total.currency)}, "
            f"sum {total.gateway_amount + total.merchant_amount} ({total.entries:,} entries)"
        )
    for note in report.notes:
        yield f"  note: {note}"
    if report.open_refunds:
        yield f"  {report.open_refunds:,} refunds wait for their gateway's result"
    yield from _waiting_lines(report)
    yield "All invariants hold." if report.is_clean else "NOT all invariants hold."


def _waiting_lines(report: Report) -> Iterator[str]:
    """What is late or waits for a person."""
    if report.waiting_payments:
        yield f"  {report.waiting_payments:,} payments wait in a reader's quarantine; what they lack is late"
        yield from _indented(report.waiting_lines, report.waiting_payments)
        yield from _advised(WAITING_TEXTS[Waiting.PAYMENT])
    if report.unread_webhooks:
        yield f"  webhooks that could not be read or recorded and wait for an operator: {report.unread_webhooks:,}"
        yield from _indented(report.unread_lines, report.unread_webhooks)
        yield from _advised(WAITING_TEXTS[Waiting.WEBHOOK])
    if report.contradicted_refunds:
        yield f"  {report.contradicted_refunds:,} refunds wait for a person: their gateway contradicted itself"
        yield from _indented(report.contradicted_lines, report.contradicted_refunds)
        yield from _advised(WAITING_TEXTS[Waiting.REFUND])


def _advised(text: Text) -> Iterator[str]:
    yield f"    What it means: {text.what}"
    yield f"    What to do: {text.action}"


def _indented(lines: tuple[str, ...], count: int) -> Iterator[str]:
    for line in lines[:LINES_SHOWN_MAX]:
        yield f"    {line}"
    if count > LINES_SHOWN_MAX:
        yield f"    … and {count - LINES_SHOWN_MAX:,} more"
