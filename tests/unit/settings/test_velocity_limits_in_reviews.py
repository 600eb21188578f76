"""What velocity limits do to reviews, approvals, explanations and repeated requests."""

from datetime import timedelta

import pytest
from tests.support.copies import replace
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import (
    NOW,
    a_request,
    an_approval,
    stored,
)
from tests.unit.settings.debit_refunds import TIGHT, by_debit_card, taken

from refunds.domain.eligibility.broken_rules import VelocityLimitExceeded
from refunds.domain.eligibility.velocity_limits import DAY
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import (
    approve_refund,
    request_refund,
    review_refund,
)
from refunds.domain.refund.status_explanation import explain
from refunds.texts.explanation_texts import because_of, next_of

HOUR = timedelta(hours=1)


def test_limit_lowered_before_a_review_ends_the_refund_with_a_violation() -> None:
    payment, refund = taken(by_debit_card(), 10_000, is_reviewed_now=False)
    lower = replace(TIGHT, debit_card_daily_max=whole(99))

    decision = review_refund(payment, refund.id, lower, NOW + HOUR, "system")

    assert [violation.code for violation in decision.refund.violations] == ["period_limit_exceeded"]
    assert decision.payment.reserved_amount == 0


def test_limit_lowered_meanwhile_blocks_an_approval_and_why_explains_it() -> None:
    asking = replace(TIGHT, auto_approval_below=whole(0))
    payment, _ = taken(by_debit_card(), 4_000, within=TIGHT)
    payment, waits = taken(payment, 6_000, NOW + HOUR, asking)
    lower = replace(asking, debit_card_daily_max=whole(80))

    with pytest.raises(VelocityLimitExceeded, match="most=8000 "):
        approve_refund(payment, waits.id, an_approval("usr_a"), lower, NOW + 2 * HOUR)

    found = explain(payment, waits, lower, NOW + 2 * HOUR)
    assert "while a rule blocks it. The limit for refunds of one payment by debit card is 80.00" in because_of(found)
    assert "debit_card_daily_max" in next_of(found)


def test_refund_submitted_later_does_not_block_an_earlier_approval() -> None:
    asking = replace(TIGHT, auto_approval_below=whole(0))
    payment, waits = taken(by_debit_card(), 10_000, within=asking)
    payment, _ = taken(payment, 10_000, NOW + DAY, TIGHT)

    decision = approve_refund(payment, waits.id, an_approval("usr_a"), asking, NOW + DAY + HOUR)

    assert decision.refund.status is Status.PROCESSING


def test_why_of_a_draft_explains_that_it_would_be_refused_now() -> None:
    payment, draft = taken(by_debit_card(), 2_000, is_submitted=False)
    payment, _ = taken(payment, 9_000)

    found = explain(payment, draft, TIGHT, NOW)

    assert "If the draft were submitted now, the service would refuse it. The limit " in because_of(found)
    assert "wait until 2026-03-03 12:00:00 UTC" in next_of(found)


def test_repeated_request_is_answered_when_the_limit_is_used_up() -> None:
    command = a_request(10_000)
    first = request_refund(by_debit_card(), command, TIGHT, NOW)

    again = request_refund(stored(first), command, TIGHT, NOW)

    assert again.replayed
