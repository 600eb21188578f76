"""Prints the result of a verification, as lines for people or as one JSON document for programs."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from refunds.cli.client.response_models import money
from refunds.domain.finding import Finding
from refunds.ports.audit.verification_reads import LedgerSum
from refunds.texts.finding_lines import line_of
from refunds.texts.notices import verification_notices as notices
from refunds.texts.notices.notice_texts import notice_of
from refunds.texts.text import Text
from refunds.texts.verification_texts import FINDING_TEXTS, INVARIANT_TEXTS, WAITING_TEXTS, Waiting
from refunds.usecases.verification.verification_report import Check, Report

LINES_SHOWN_MAX = 20


class FindingOut(msgspec.Struct, kw_only=True, frozen=True):
    """One finding of a verification, or one item that waits for a person.

    `subject` is the id of the payment, refund or other object that the finding is about. It is empty if there is none.
    """

    code: str
    subject: str
    found: str
    meaning: str
    action: str


class CheckOut(msgspec.Struct, kw_only=True, frozen=True):
    """The check of one invariant, for the JSON output. `invariant` is a sentence that describes the invariant."""

    invariant: str
    checked: int
    violations: int
    lines: tuple[str, ...]


class ReportOut(msgspec.Struct, kw_only=True, frozen=True):
    """The report of a verification, for the JSON output, with one line per finding. See `Report`."""

    checks: tuple[CheckOut, ...]
    sums: Sequence[LedgerSum]
    open_refunds: int
    open_lines: tuple[str, ...]
    notes: tuple[str, ...]
    waiting_payments: int
    waiting_lines: tuple[str, ...]
    unread_webhooks: int
    unread_lines: tuple[str, ...]
    contradicted_refunds: int
    contradicted_lines: tuple[str, ...]


class VerificationOut(msgspec.Struct, kw_only=True, frozen=True):
    """The result of a verification as a JSON document. Amounts are in minor units.

    `waiting` lists items that are late or wait for a person. These items violate no invariant.
    """

    is_clean: bool
    report: ReportOut
    findings: tuple[FindingOut, ...] = ()
    waiting: tuple[FindingOut, ...] = ()


def verification_out(report: Report) -> VerificationOut:
    """Returns the result of a verification as a document for programs."""
    findings = tuple(_finding(check, each) for check in report.checks for each in check.found)
    payments = (_waiting(Waiting.PAYMENT, each) for each in report.waiting)
    webhooks = (_waiting(Waiting.WEBHOOK, each) for each in report.unread)
    doubts = (_waiting(Waiting.REFUND, each) for each in report.contradicted)
    waiting = (*payments, *webhooks, *doubts)
    return VerificationOut(is_clean=report.is_clean, report=_report(report), findings=findings, waiting=waiting)


def _report(report: Report) -> ReportOut:
    checks = (
        CheckOut(
            invariant=INVARIANT_TEXTS[check.invariant],
            checked=check.checked,
            violations=check.violations,
            lines=_lines(check.found),
        )
        for check in report.checks
    )
    return ReportOut(
        checks=tuple(checks),
        sums=report.sums,
        open_refunds=report.open_refunds,
        open_lines=_lines(report.open),
        notes=_lines(report.notes),
        waiting_payments=report.waiting_payments,
        waiting_lines=_lines(report.waiting),
        unread_webhooks=report.unread_webhooks,
        unread_lines=_lines(report.unread),
        contradicted_refunds=report.contradicted_refunds,
        contradicted_lines=_lines(report.contradicted),
    )


def _lines(found: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(map(line_of, found))


def _finding(check: Check, finding: Finding) -> FindingOut:
    line = line_of(finding)
    subject, colon, found = line.partition(": ")
    text = FINDING_TEXTS[check.invariant]
    return FindingOut(
        code=check.invariant.name.lower(),
        subject=subject if colon else "",
        found=found if colon else line,
        meaning=text.what,
        action=text.action,
    )


def _waiting(of: Waiting, finding: Finding) -> FindingOut:
    subject, _, found = line_of(finding).partition(": ")
    text = WAITING_TEXTS[of]
    return FindingOut(code=of.value, subject=subject, found=found, meaning=text.what, action=text.action)


def verification_lines(report: Report) -> Iterator[str]:
    """Yields the result as lines for people. Each invariant, violation and sum of the ledger has a line."""
    for check in report.checks:
        sentence = INVARIANT_TEXTS[check.invariant]
        if not check.violations:
            yield notice_of(notices.InvariantHolds(sentence=sentence, checked=check.checked))
            continue
        broken = notices.InvariantBroken(sentence=sentence, checked=check.checked, broken=check.violations)
        yield notice_of(broken)
        yield from _indented(check.found, check.violations)
        yield from _advised(FINDING_TEXTS[check.invariant])
    for total in report.sums:
        yield notice_of(_total(total))
    for note in report.notes:
        yield notice_of(notices.Note(note=line_of(note)))
    if report.open_refunds:
        yield notice_of(notices.RefundsOpen(count=report.open_refunds))
    yield from _waiting_lines(report)
    yield notice_of(notices.AllHold() if report.is_clean else notices.NotAllHold())


def _total(total: LedgerSum) -> notices.LedgerTotal:
    return notices.LedgerTotal(
        currency=total.currency,
        gateway=money(total.gateway_amount, total.currency),
        merchants=money(total.merchant_amount, total.currency),
        off=total.gateway_amount + total.merchant_amount,
        entries=total.entries,
    )


def _waiting_lines(report: Report) -> Iterator[str]:
    """Yields lines about items that are late or wait for a person."""
    if report.waiting_payments:
        yield notice_of(notices.PaymentsQuarantined(count=report.waiting_payments))
        yield from _indented(report.waiting, report.waiting_payments)
        yield from _advised(WAITING_TEXTS[Waiting.PAYMENT])
    if report.unread_webhooks:
        yield notice_of(notices.WebhooksUnread(count=report.unread_webhooks))
        yield from _indented(report.unread, report.unread_webhooks)
        yield from _advised(WAITING_TEXTS[Waiting.WEBHOOK])
    if report.contradicted_refunds:
        yield notice_of(notices.RefundsContradicted(count=report.contradicted_refunds))
        yield from _indented(report.contradicted, report.contradicted_refunds)
        yield from _advised(WAITING_TEXTS[Waiting.REFUND])


def _advised(text: Text) -> Iterator[str]:
    yield notice_of(notices.Meaning(meaning=text.what))
    yield notice_of(notices.Action(action=text.action))


def _indented(found: Sequence[Finding], count: int) -> Iterator[str]:
    for finding in found[:LINES_SHOWN_MAX]:
        yield f"    {line_of(finding)}"
    if count > LINES_SHOWN_MAX:
        yield notice_of(notices.MoreFindings(count=count - LINES_SHOWN_MAX))
