"""Approvals: who may give them, how many are needed, and what holds them."""

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
    seconds,
    shown,
    stored,
)

from refunds.domain.eligibility.approval_rules import approvals_needed, with_current_approvals
from refunds.domain.eligibility.broken_rules import (
    DisputeOpen,
    RefundAmountAboveMaximum,
    RefundBlockedByDispute,
    RefundMethodNotAllowed,
)
from refunds.domain.errors import (
    ApprovalCountedTwice,
    RequesterMayNotApprove,
    TransitionNotAllowed,
)
from refunds.domain.payment.idempotent_replay import as_first_answered
from refunds.domain.payment.payment import DisputeState, Payment, Refund, Work
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import (
    approve_refund,
    reject_refund,
    request_refund,
)
from refunds.texts.problem_texts import message_of

NEEDS_ONE = limits(auto_approval_below=whole(0))

NEEDS_TWO = limits(auto_approval_below=whole(0), approvals_required=2)


def waiting(payment: Payment, within: object = NEEDS_ONE, amount: int = 60) -> tuple[Payment, Refund]:
    decision = request_refund(payment, a_request(amount), within, NOW)  # type: ignore[arg-type]
    assert decision.refund.status is Status.PENDING_APPROVAL
    return stored(decision), decision.refund


# --- approving -----------------------------------------------------------------------------------


def test_the_last_approval_needed_makes_the_refund_ready() -> None:
    payment, refund = waiting(a_payment())
    assert (refund.due_at, payment.reserved_amount) == (None, 60)

    decision = approve_refund(payment, refund.id, an_approval(), NEEDS_ONE, NOW)

    assert decision.refund.status is Status.PROCESSING
    assert decision.refund.due_for is Work.GATEWAY
    assert len(decision.refund.attempts) == 1


def test_two_approvals_are_by_two_people() -> None:
    payment, refund = waiting(a_payment(), NEEDS_TWO)
    payment = stored(approve_refund(payment, refund.id, an_approval("usr_a"), NEEDS_TWO, NOW))
    assert payment.refund(refund.id).status is Status.PENDING_APPROVAL

    with pytest.raises(ApprovalCountedTwice):
        approve_refund(payment, refund.id, an_approval("usr_a"), NEEDS_TWO, NOW)
    decision = approve_refund(payment, refund.id, an_approval("usr_b"), NEEDS_TWO, NOW)

    assert decision.refund.status is Status.PROCESSING
    assert [approval.by for approval in decision.refund.approvals] == ["usr_a", "usr_b"]


def test_the_requester_never_approves_nor_rejects_their_own_refund() -> None:
    payment, refund = waiting(a_payment())

    with pytest.raises(RequesterMayNotApprove):
        approve_refund(payment, refund.id, an_approval("usr_asker"), NEEDS_ONE, NOW)
    with pytest.raises(RequesterMayNotApprove):
        reject_refund(payment, refund.id, an_approval("usr_asker", "rejected"), NOW)


def test_as_many_approvals_are_needed_as_when_the_refund_was_reviewed() -> None:
    payment, refund = waiting(a_payment(), NEEDS_TWO)

    decision = approve_refund(payment, refund.id, an_approval(), NEEDS_ONE, NOW)

    assert decision.refund.status is Status.PENDING_APPROVAL


def test_more_approvals_required_meanwhile_are_needed_and_shown() -> None:
    payment, refund = waiting(a_payment(), NEEDS_ONE)
    needs_three = limits(auto_approval_below=whole(0), approvals_required=3)

    for by, status in (("usr_a", Status.PENDING_APPROVAL), ("usr_b", Status.PENDING_APPROVAL)):
        decision = approve_refund(payment, refund.id, an_approval(by), needs_three, NOW)
        payment = stored(decision)
        assert (decision.refund.status, decision.refund.approvals_asked) == (status, 3)
    decision = approve_refund(payment, refund.id, an_approval("usr_c"), needs_three, NOW)

    assert (decision.refund.status, decision.refund.approvals_asked) == (Status.PROCESSING, 3)
    assert shown(as_first_answered(decision.refund)) == shown(refund)


def test_more_approvals_that_an_approval_has_met_are_not_let_off_later() -> None:
    payment, refund = waiting(a_payment(), NEEDS_ONE)
    payment = stored(approve_refund(payment, refund.id, an_approval("usr_a"), NEEDS_TWO, NOW))

    assert approvals_needed(payment, payment.refund(refund.id), NEEDS_ONE) == 2
    assert approve_refund(payment, refund.id, an_approval("usr_b"), NEEDS_ONE, NOW).refund.status is Status.PROCESSING


def test_fewer_approvals_asked_for_meanwhile_let_nobody_off() -> None:
    payment, refund = waiting(a_payment(), NEEDS_TWO)

    for within in (NEEDS_ONE, LIMITS):
        assert approvals_needed(payment, refund, within) == 2
        assert with_current_approvals(payment, refund, within) is refund


def test_a_maximum_lowered_meanwhile_names_itself_the_amount_and_the_limit() -> None:
    payment, refund = waiting(a_payment(20_000), NEEDS_ONE, amount=15_000)

    with pytest.raises(RefundAmountAboveMaximum) as held:
        approve_refund(payment, refund.id, an_approval(), limits(refund_amount_max=whole(100)), NOW)

    assert held.value.pointer == "/amount"
    assert message_of(held.value).startswith(
        "The refund was requested for 150.00 EUR, but the maximum for one refund is 100.00 EUR."
    )
    assert "refund_amount_max" in message_of(held.value)


def test_all_rules_that_block_an_approval_are_reported_at_once() -> None:
    payment, refund = waiting(a_payment(20_000), NEEDS_ONE, amount=15_000)
    disputed = replace(payment, dispute=DisputeState.OPEN)
    strict = limits(refund_amount_max=whole(100), refund_methods_allowed=("balance",))

    with pytest.raises(RefundAmountAboveMaximum) as held:
        approve_refund(disputed, refund.id, an_approval(), strict, NOW)

    assert [type(other) for other in held.value.also] == [RefundMethodNotAllowed, DisputeOpen]


def test_a_refund_is_not_too_late_because_people_took_their_time() -> None:
    payment, refund = waiting(a_payment(), NEEDS_ONE)

    decision = approve_refund(payment, refund.id, an_approval(), NEEDS_ONE, NOW + seconds(400 * 86_400))

    assert decision.refund.status is Status.PROCESSING


def test_what_needs_no_approval_takes_none() -> None:
    payment, refund = asked(a_payment(), 60)

    with pytest.raises(TransitionNotAllowed):
        approve_refund(payment, refund.id, an_approval(), LIMITS, NOW)


@pytest.mark.parametrize("dispute", [DisputeState.OPEN, DisputeState.LOST])
def test_a_dispute_that_came_meanwhile_holds_the_approval_and_keeps_the_refund_waiting(dispute: DisputeState) -> None:
    payment, refund = waiting(a_payment(dispute=DisputeState.NONE))
    disputed = a_payment(dispute=dispute, refunds=payment.refunds, reserved_amount=60)

    with pytest.raises(RefundBlockedByDispute):
        approve_refund(disputed, refund.id, an_approval(), NEEDS_ONE, NOW)


def test_one_rejection_ends_the_refund_and_gives_the_amount_back() -> None:
    payment, refund = waiting(a_payment(), NEEDS_TWO)
    payment = stored(approve_refund(payment, refund.id, an_approval("usr_a"), NEEDS_TWO, NOW))

    decision = reject_refund(payment, refund.id, an_approval("usr_b", "rejected"), NOW)

    assert (decision.refund.status, decision.payment.reserved_amount) == (Status.REJECTED, 0)
    with pytest.raises(TransitionNotAllowed):
        approve_refund(stored(decision), refund.id, an_approval("usr_c"), NEEDS_TWO, NOW)
