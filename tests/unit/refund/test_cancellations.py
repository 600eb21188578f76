"""A refund is canceled until something may have been submitted."""

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
    stored,
    with_result,
)

from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.errors import (
    RefundNotCancelable,
    RefundNotFound,
)
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import (
    approve_refund,
    cancel_refund,
    request_refund,
    review_refund,
)

NEEDS_ONE = limits(auto_approval_below=whole(0))


def waiting(payment: Payment, within: object = NEEDS_ONE, amount: int = 60) -> tuple[Payment, Refund]:
    decision = request_refund(payment, a_request(amount), within, NOW)  # type: ignore[arg-type]
    assert decision.refund.status is Status.PENDING_APPROVAL
    return stored(decision), decision.refund


def test_a_canceled_refund_gives_its_amount_back_and_needs_no_more_work() -> None:
    payment, refund = waiting(a_payment())

    decision = cancel_refund(payment, refund.id, NOW, "usr_asker")

    assert (decision.refund.status, decision.refund.due_at) == (Status.CANCELED, None)
    assert decision.payment.refundable_amount == 100
    assert request_refund(stored(decision), a_request(100), LIMITS, NOW).refund.amount == 100


def test_canceling_before_the_review_takes_the_review_away() -> None:
    payment, refund = asked(a_payment(), 60, is_reviewed_now=False)

    payment = stored(cancel_refund(payment, refund.id, NOW, "usr_asker"))

    assert payment.earliest_due() is None
    assert review_refund(payment, refund.id, LIMITS, NOW, "system").refund.status is Status.CANCELED


def test_canceling_twice_is_answered_the_same_and_gives_back_once() -> None:
    payment, refund = waiting(a_payment())
    payment = stored(cancel_refund(payment, refund.id, NOW, "usr_asker"))

    again = cancel_refund(payment, refund.id, NOW, "usr_asker")

    assert again.replayed
    assert again.payment.reserved_amount == 0


@pytest.mark.parametrize(
    "kind",
    [None, ResultKind.PENDING, ResultKind.UNAVAILABLE, ResultKind.UNKNOWN, ResultKind.SUCCEEDED, ResultKind.REFUSED],
)
def test_what_is_on_its_way_or_at_its_end_is_not_canceled(kind: ResultKind | None) -> None:
    payment, refund = asked(a_payment(), 60)
    if kind is not None:
        payment, refund = with_result(payment, refund, kind)

    with pytest.raises(RefundNotCancelable):
        cancel_refund(payment, refund.id, NOW, "usr_asker")


def test_a_refund_that_is_not_there_is_not_found() -> None:
    with pytest.raises(RefundNotFound):
        cancel_refund(a_payment(), "ref_none", NOW, "usr_asker")
    with pytest.raises(RefundNotFound):
        approve_refund(a_payment(), "ref_none", an_approval(), LIMITS, NOW)
