"""A broken rule is kept as its facts, and said in words wherever it is shown."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import LIMITS, NOW, a_payment, a_request, limits, paid_by

from refunds.domain.eligibility.broken_rules import (
    BROKEN_RULES,
    RefundAmountAboveMaximum,
    VelocityLimitUsedUp,
    rule_of,
    violation_of,
)
from refunds.domain.errors import BlockedByRule
from refunds.domain.payment.payment import MethodType, Violation
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.refund.status_explanation import explain
from refunds.texts.explanation_texts import because_of
from refunds.texts.reason_texts import reason_text
from refunds.texts.violation_texts import violation_texts

VALUES = {
    int: 12_345,
    str: "EUR",
    timedelta: timedelta(days=7),
    datetime: datetime(2026, 3, 2, 12, 0, 0, 500_000, tzinfo=UTC),
    tuple[str, ...]: ("balance", "other"),
}


def a_rule(kind: type[BlockedByRule]) -> BlockedByRule:
    """A rule of this class with some value in each of its fields."""
    facts = {f.name: VALUES[f.type] for f in fields(kind) if f.name not in ("pointer", "also")}
    return kind(pointer="/amount", **facts)


def facts_of(rule: BlockedByRule | None) -> object:
    """What tells two rules apart."""
    return type(rule), None if rule is None else vars(rule)


@pytest.mark.parametrize("kind", BROKEN_RULES, ids=lambda kind: kind.__name__)
def test_rule_is_read_back_from_its_violation(kind: type[BlockedByRule]) -> None:
    rule = a_rule(kind)

    assert facts_of(rule_of(violation_of(rule))) == facts_of(rule)


@pytest.mark.parametrize("kind", BROKEN_RULES, ids=lambda kind: kind.__name__)
def test_violation_names_what_is_broken_and_what_to_do(kind: type[BlockedByRule]) -> None:
    message, remediation = violation_texts(violation_of(a_rule(kind)))

    assert message.endswith(".")
    assert remediation.endswith(".")
    assert "{" not in message + remediation


def test_texts_that_an_earlier_release_stored_are_shown_as_they_are() -> None:
    stored = Violation(
        code="dispute_open", category="network", pointer="/payment_id", message="It is open.", remediation="Wait."
    )

    assert rule_of(stored) is None
    assert violation_texts(stored) == ("It is open.", "Wait.")


def test_rule_of_a_later_release_is_named_by_its_code() -> None:
    stored = Violation(code="moon_phase", category="sky", pointer="", facts={"phase": "full"})

    assert rule_of(stored) is None
    assert violation_texts(stored)[0].startswith("The rule moon_phase blocks the refund.")


def test_moment_at_which_a_limit_has_room_again_is_never_named_too_early() -> None:
    rule = a_rule(VelocityLimitUsedUp)

    assert "wait until 2026-03-02 12:00:01 UTC" in violation_texts(violation_of(rule))[1]


def test_refund_that_broke_rules_is_explained_by_all_of_them() -> None:
    within = limits(refund_amount_max=whole(1))
    payment = paid_by(MethodType.ACH, 10**6)
    refund = request_refund(payment, a_request(5000), within, NOW).refund

    assert refund.status_reason is not None
    assert refund.status_reason.code == RefundAmountAboveMaximum.code
    said = (
        "The refund was requested for 50.00 EUR, but the maximum for one refund is 1.00 EUR. The parameter "
        "refund_amount_max sets this limit."
    )
    whole_payment = (
        "A payment by ach can be refunded only in full. With this payment method, a part of the amount cannot be "
        "given back."
    )
    assert reason_text(refund, refund.status_reason) == f"{said} {whole_payment}"
    assert because_of(explain(payment, refund, within, NOW)) == (
        "The service refused the refund, because it breaks one or more rules. The amount of the refund is refundable "
        f"again. {said} {whole_payment}"
    )


def test_refund_that_broke_no_rule_keeps_the_text_of_its_reason() -> None:
    refund = request_refund(a_payment(), a_request(10), LIMITS, NOW).refund

    assert refund.violations == ()
