"""Every finding of a verification has a meaning and an action, for people and for programs."""

from datetime import UTC, datetime

import pytest

from refunds.cli.views.verification_views import verification_lines, verification_out
from refunds.domain.verification.audit_findings import NoVersionQuarantined, PaymentQuarantined, WebhookUnread
from refunds.domain.verification.payment_findings import ResultContradicted, RouteDiffers
from refunds.texts.verification_texts import INVARIANT_TEXTS
from refunds.usecases.verification.verification_report import Check, Invariant, Report

ROUTE = "the route (the place of a payment in the database) that the payment stores differs from the route in its id"
QUARANTINED = PaymentQuarantined(
    payment_id="pay_1", reader="relay", since="noon", reason="KeyError", waits=NoVersionQuarantined()
)
WAITS = "the reader relay has failed to read this payment since noon (KeyError); no later version of the payment waits"
UNREAD = WebhookUnread(
    gateway="sandbox", webhook_id="evt_1", received_at=datetime(2026, 3, 1, 12, tzinfo=UTC), reason="malformed"
)
CONTRADICTED = ResultContradicted(refund_id="ref_1", status="failed", amount=60)
CONTRADICTION = (
    "the status of the refund is failed, and its amount is 60 minor units, but the gateway also reported the opposite "
    "result"
)


@pytest.mark.parametrize("invariant", list(Invariant))
def test_finding_has_its_meaning_and_an_action(invariant: Invariant) -> None:
    check = Check(invariant=invariant, checked=2, violations=1, found=(RouteDiffers(payment_id="pay_1"),))
    report = Report(checks=(check,))

    (finding,) = verification_out(report).findings
    lines = list(verification_lines(report))

    assert (finding.code, finding.subject, finding.found) == (invariant.value, "pay_1", ROUTE)
    assert finding.meaning.endswith(".")
    assert finding.action.endswith(".")
    assert f"    What it means: {finding.meaning}" in lines
    assert f"    What to do: {finding.action}" in lines


def test_invariant_that_holds_needs_no_advice() -> None:
    report = Report(checks=(Check(invariant=Invariant.AMOUNTS, checked=2, violations=0, found=()),))

    assert verification_out(report).findings == ()
    assert not [line for line in verification_lines(report) if "What" in line]


def test_invariant_is_shown_by_its_sentence() -> None:
    report = Report(checks=(Check(invariant=Invariant.AMOUNTS, checked=2, violations=0, found=()),))

    (check,) = verification_out(report).report.checks
    first, *_ = verification_lines(report)

    assert check.invariant == INVARIANT_TEXTS[Invariant.AMOUNTS]
    assert first == f"✓ {check.invariant} (2 checked)"


def test_payment_that_waits_is_no_violation_and_has_an_action() -> None:
    report = Report(checks=(), waiting_payments=1, waiting=(QUARANTINED,))

    out = verification_out(report)
    lines = list(verification_lines(report))

    [waiting] = out.waiting
    assert out.is_clean
    assert (waiting.subject, waiting.found) == ("pay_1", WAITS)
    assert f"    pay_1: {WAITS}" in lines
    assert f"    What to do: {waiting.action}" in lines


def test_webhook_that_waits_for_an_operator_is_no_violation_and_has_an_action() -> None:
    report = Report(checks=(), unread_webhooks=30, unread=(UNREAD,))

    out = verification_out(report)
    lines = list(verification_lines(report))

    [waiting] = out.waiting
    assert out.is_clean
    assert (waiting.code, waiting.subject) == ("unread_webhook", "sandbox evt_1")
    assert "this service may not have recorded it" in waiting.meaning
    assert "`refunds webhooks unread`" in waiting.action
    assert "  webhooks that the service could not read or record (they wait for an operator): 30" in lines
    assert (
        "    sandbox evt_1: this webhook has waited for an operator since 2026-03-01 12:00:00 UTC (malformed)" in lines
    )
    assert f"    What to do: {waiting.action}" in lines


def test_refund_that_its_gateway_contradicts_is_no_violation_and_has_an_action() -> None:
    report = Report(checks=(), contradicted_refunds=1, contradicted=(CONTRADICTED,))

    out = verification_out(report)
    lines = list(verification_lines(report))

    [waiting] = out.waiting
    assert out.is_clean
    assert (waiting.code, waiting.subject, waiting.found) == ("contradicted_refund", "ref_1", CONTRADICTION)
    assert f"    ref_1: {CONTRADICTION}" in lines
    assert f"    What to do: {waiting.action}" in lines
