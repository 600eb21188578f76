"""Every finding of a verification has a meaning and an action, for people and for programs."""

import pytest

from refunds.cli.views.verification_views import verification_lines, verification_out
from refunds.usecases.verification.verification_report import Check, Invariant, Report


@pytest.mark.parametrize("invariant", list(Invariant))
def test_finding_has_its_meaning_and_an_action(invariant: Invariant) -> None:
    check = Check(invariant=invariant, checked=2, violations=1, lines=("pay_1: off by 1",))
    report = Report(checks=(check,))

    (finding,) = verification_out(report).findings
    lines = list(verification_lines(report))

    assert (finding.code, finding.subject, finding.found) == (invariant.name.lower(), "pay_1", "off by 1")
    assert finding.meaning.endswith(".")
    assert finding.action.endswith(".")
    assert f"    What it means: {finding.meaning}" in lines
    assert f"    What to do: {finding.action}" in lines


def test_invariant_that_holds_needs_no_advice() -> None:
    report = Report(checks=(Check(invariant=Invariant.AMOUNTS, checked=2, violations=0, lines=()),))

    assert verification_out(report).findings == ()
    assert not [line for line in verification_lines(report) if "What" in line]


def test_payment_that_waits_is_no_violation_and_has_an_action() -> None:
    report = Report(checks=(), waiting_payments=1, waiting_lines=("pay_1: waits since noon",))

    out = verification_out(report)
    lines = list(verification_lines(report))

    [waiting] = out.waiting
    assert out.is_clean
    assert (waiting.subject, waiting.found) == ("pay_1", "waits since noon")
    assert "    pay_1: waits since noon" in lines
    assert f"    What to do: {waiting.action}" in lines


def test_webhook_that_waits_for_an_operator_is_no_violation_and_has_an_action() -> None:
    report = Report(checks=(), unread_webhooks=30, unread_lines=("sandbox evt_1: waits for an operator",))

    out = verification_out(report)
    lines = list(verification_lines(report))

    [waiting] = out.waiting
    assert out.is_clean
    assert (waiting.code, waiting.subject) == ("unread_webhook", "sandbox evt_1")
    assert "a refund made at the gateway may be missing" in waiting.meaning
    assert "`refunds webhooks unread`" in waiting.action
    assert "  webhooks that could not be read or recorded and wait for an operator: 30" in lines
    assert "    sandbox evt_1: waits for an operator" in lines
    assert f"    What to do: {waiting.action}" in lines


def test_refund_that_its_gateway_contradicts_is_no_violation_and_says_what_to_do() -> None:
    report = Report(checks=(), contradicted_refunds=1, contradicted_lines=("ref_1: failed over 60",))

    out = verification_out(report)
    lines = list(verification_lines(report))

    [waiting] = out.waiting
    assert out.is_clean
    assert (waiting.code, waiting.subject, waiting.found) == ("contradicted_refund", "ref_1", "failed over 60")
    assert "    ref_1: failed over 60" in lines
    assert f"    What to do: {waiting.action}" in lines
