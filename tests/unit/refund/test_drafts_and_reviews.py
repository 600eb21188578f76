"""Drafts reserve nothing until they are submitted; a review may come at once or later."""

import pytest
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import (
    LIMITS,
    NOW,
    a_payment,
    a_request,
    an_approval,
    asked,
    limits,
    paid_by,
    stored,
)

from refunds.domain.errors import (
    AmountExceedsRefundable,
    RequesterMayNotApprove,
    TransitionNotAllowed,
)
from refunds.domain.payment.payment import MethodType, Work
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import (
    approve_refund,
    cancel_refund,
    request_refund,
    review_refund,
    submit_refund,
)

NEEDS_ONE = limits(auto_approval_below=whole(0))

NEEDS_TWO = limits(auto_approval_below=whole(0), approvals_required=2)


# --- drafts and review ---------------------------------------------------------------------------


def test_a_draft_reserves_nothing_until_it_is_submitted() -> None:
    payment, draft = asked(a_payment(), 60, is_submitted=False)
    assert (draft.status, payment.reserved_amount) == (Status.DRAFT, 0)

    decision = submit_refund(payment, draft.id, LIMITS, NOW, "usr_asker")

    assert (decision.refund.status, decision.payment.reserved_amount) == (Status.PROCESSING, 60)


def test_a_draft_whose_amount_another_refund_took_is_refused_when_submitted() -> None:
    payment, draft = asked(a_payment(100), 60, is_submitted=False)
    payment, _ = asked(payment, 60)

    with pytest.raises(AmountExceedsRefundable):
        submit_refund(payment, draft.id, LIMITS, NOW, "usr_asker")


def test_the_submitter_of_a_draft_never_approves_it() -> None:
    payment, draft = asked(a_payment(), 60, is_submitted=False)
    payment = stored(submit_refund(payment, draft.id, NEEDS_ONE, NOW, "usr_second"))

    with pytest.raises(RequesterMayNotApprove):
        approve_refund(payment, draft.id, an_approval("usr_second"), NEEDS_ONE, NOW)


def test_handing_in_twice_is_answered_as_it_stands() -> None:
    payment, draft = asked(a_payment(), 60, is_submitted=False)
    payment = stored(submit_refund(payment, draft.id, LIMITS, NOW, "usr_asker"))

    again = submit_refund(payment, draft.id, LIMITS, NOW, "usr_asker")

    assert again.replayed
    assert again.payment is payment


def test_a_canceled_draft_cannot_be_submitted() -> None:
    payment, draft = asked(a_payment(), 60, is_submitted=False)
    payment = stored(cancel_refund(payment, draft.id, NOW, "usr_asker"))

    for is_reviewed_now in (True, False):
        with pytest.raises(TransitionNotAllowed):
            submit_refund(payment, draft.id, LIMITS, NOW, "usr_asker", is_reviewed_now=is_reviewed_now)


def test_a_refund_that_is_reviewed_later_is_due_for_review_at_once_and_holds_its_amount() -> None:
    payment, refund = asked(a_payment(), 60, is_reviewed_now=False)
    assert (refund.status, refund.due_at, refund.due_for) == (Status.SUBMITTED, NOW, Work.REVIEW)
    assert payment.reserved_amount == 60

    decision = review_refund(payment, refund.id, LIMITS, NOW, "system")

    assert (decision.refund.status, decision.payment.reserved_amount) == (Status.PROCESSING, 60)
    assert decision.refund.due_for is Work.GATEWAY


def test_a_later_review_that_finds_violations_gives_the_amount_back() -> None:
    payment, refund = asked(paid_by(MethodType.ACH), 60, is_reviewed_now=False)

    decision = review_refund(payment, refund.id, LIMITS, NOW, "system")

    assert (decision.refund.status, decision.payment.reserved_amount) == (Status.VALIDATION_FAILED, 0)
    assert decision.refund.due_at is None


def test_a_second_review_changes_nothing() -> None:
    payment, refund = asked(a_payment(), 60)

    assert review_refund(payment, refund.id, LIMITS, NOW, "system").payment is payment


def test_review_now_and_review_later_come_to_the_same() -> None:
    for within in (LIMITS, NEEDS_TWO, limits(refund_window_days=0)):
        at_once = request_refund(a_payment(), a_request(60), within, NOW).refund
        payment = stored(request_refund(a_payment(), a_request(60, is_reviewed_now=False), within, NOW))
        later = review_refund(payment, payment.refunds[0].id, within, NOW, "system").refund

        assert (at_once.status, at_once.due_for, at_once.approvals_required) == (
            later.status,
            later.due_for,
            later.approvals_required,
        )
