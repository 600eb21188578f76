"""A repeated request is answered as the first one was, whatever has become of the refund since."""

import pytest
from tests.support.copies import replace
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
    seconds,
    shown,
    stored,
    with_result,
)

from refunds.domain.attempt.result_recording import ResultKind, begin_step
from refunds.domain.payment.idempotent_replay import as_first_answered, as_first_recorded
from refunds.domain.payment.payment import DisputeState, MethodType, Payment, Refund
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import (
    approve_refund,
    cancel_refund,
    reject_refund,
    request_refund,
    review_refund,
    submit_refund,
)

LATER = NOW + seconds(3_600)
NEEDS_TWO = limits(auto_approval_below=whole(0), approvals_required=2)


def now_of(payment: Payment, refund: Refund) -> Refund:
    return payment.refund(refund.id)


def test_a_completed_refund_is_repeated_without_its_result() -> None:
    payment, first = asked(a_payment(), 60)
    payment, _ = with_result(payment, first, ResultKind.SUCCEEDED, LATER, gateway_refund_id="gr_1", arn="arn_1")

    again = as_first_answered(now_of(payment, first))

    assert shown(again) == shown(first)
    assert (again.status, again.arn, again.attempts[0].outcome) == (Status.PROCESSING, "", "open")


def test_later_submissions_are_not_in_the_replay() -> None:
    payment, first = asked(a_payment(), 60)
    payment, unsent = with_result(payment, first, ResultKind.UNAVAILABLE, LATER, code="gateway_unavailable")
    assert unsent.due_at is not None
    payment = stored(begin_step(payment, first.id, LIMITS, unsent.due_at))

    assert now_of(payment, first).attempts[0].tries == 2
    assert shown(as_first_answered(now_of(payment, first))) == shown(first)


def test_a_draft_is_replayed_as_a_draft_after_it_was_submitted_and_refused() -> None:
    payment, first = asked(paid_by(MethodType.CRYPTO), 60, is_submitted=False)
    payment = stored(submit_refund(payment, first.id, LIMITS, LATER, "usr_other"))

    assert now_of(payment, first).violations
    assert shown(as_first_answered(now_of(payment, first))) == shown(first)


@pytest.mark.parametrize("is_submitted", [True, False])
def test_a_canceled_refund_is_repeated_as_it_was(is_submitted: bool) -> None:
    payment, first = asked(a_payment(), 60, is_submitted=is_submitted, is_reviewed_now=False)
    payment = stored(cancel_refund(payment, first.id, LATER, "usr_asker"))

    assert now_of(payment, first).status is Status.CANCELED
    assert shown(as_first_answered(now_of(payment, first))) == shown(first)


def test_a_refund_reviewed_later_is_repeated_as_submitted() -> None:
    payment, first = asked(a_payment(), 60, is_reviewed_now=False)
    payment = stored(review_refund(payment, first.id, NEEDS_TWO, LATER, "system"))

    again = as_first_answered(now_of(payment, first))

    assert (again.status, again.approvals_required) == (Status.SUBMITTED, 0)
    assert shown(again) == shown(first)


@pytest.mark.parametrize("is_approved", [True, False])
def test_a_decided_refund_is_repeated_as_waiting_for_approval(is_approved: bool) -> None:
    decision = request_refund(a_payment(), a_request(60), NEEDS_TWO, NOW)
    payment, first = stored(decision), decision.refund
    if is_approved:
        for by in ("usr_a", "usr_b"):
            payment = stored(approve_refund(payment, first.id, an_approval(by, at=LATER), NEEDS_TWO, LATER))
    else:
        payment = stored(reject_refund(payment, first.id, an_approval("usr_a", "rejected", LATER), LATER))

    again = as_first_answered(now_of(payment, first))

    assert (again.status, again.approvals_required, again.approvals) == (Status.PENDING_APPROVAL, 2, ())
    assert shown(again) == shown(first)


def test_a_refund_refused_at_once_is_repeated_with_its_violations() -> None:
    payment, first = asked(paid_by(MethodType.CRYPTO), 60)

    assert first.violations
    assert shown(as_first_answered(now_of(payment, first))) == shown(first)


def test_a_refund_without_first_status_is_replayed_unchanged() -> None:
    _, refund = asked(a_payment(), 60)
    before_it_was_kept = replace(refund, first_status=None, status=Status.COMPLETED)

    assert as_first_answered(before_it_was_kept) is before_it_was_kept


def test_a_payment_is_repeated_without_refunds_and_dispute() -> None:
    first = a_payment(100)
    payment, refund = asked(first, 60)
    payment, _ = with_result(payment, refund, ResultKind.SUCCEEDED, LATER)

    assert as_first_recorded(replace(payment, dispute=DisputeState.OPEN)) == first
