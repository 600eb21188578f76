"""What people and programs decide on refunds: asking, handing in, approving, rejecting, canceling."""

from dataclasses import replace

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
    seconds,
    shown,
    stored,
    with_result,
)

from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.eligibility.approval_rules import approvals_needed, with_current_approvals
from refunds.domain.eligibility.broken_rules import (
    DisputeOpen,
    RefundAmountAboveMaximum,
    RefundBlockedByDispute,
    RefundMethodNotAllowed,
)
from refunds.domain.errors import (
    AmountExceedsRefundable,
    AmountNotPositive,
    ApprovalCountedTwice,
    CurrencyMismatch,
    InvalidInput,
    KeyReused,
    LineItemsDoNotSum,
    NothingLeftToRefund,
    RefundNotCancelable,
    RefundNotFound,
    RequesterMayNotApprove,
    TooManyEndedRefunds,
    TooManyRefunds,
    TransitionNotAllowed,
)
from refunds.domain.payment.events import EventType
from refunds.domain.payment.idempotent_replay import as_first_answered
from refunds.domain.payment.payment import DisputeState, LineItem, MethodType, Payment, Refund, Work
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import (
    ENDED_REFUNDS_MAX,
    approve_refund,
    cancel_refund,
    reject_refund,
    request_refund,
    review_refund,
    submit_refund,
)
from refunds.texts.problem_texts import message_of

BIG = 10**7
NEEDS_ONE = limits(auto_approval_below=whole(0))
NEEDS_TWO = limits(auto_approval_below=whole(0), approvals_required=2)


def waiting(payment: Payment, within: object = NEEDS_ONE, amount: int = 60) -> tuple[Payment, Refund]:
    decision = request_refund(payment, a_request(amount), within, NOW)  # type: ignore[arg-type]
    assert decision.refund.status is Status.PENDING_APPROVAL
    return stored(decision), decision.refund


# --- asking --------------------------------------------------------------------------------------


def test_a_request_reserves_its_amount_and_plans_its_one_attempt_before_anything_is_sent() -> None:
    decision = request_refund(a_payment(), a_request(60), LIMITS, NOW)

    refund = decision.refund
    assert (decision.payment.reserved_amount, decision.payment.refundable_amount) == (60, 40)
    assert refund.status is Status.PROCESSING
    assert [(attempt.tries, attempt.outcome) for attempt in refund.attempts] == [(1, "open")]
    assert (refund.due_for, refund.due_at) == (Work.GATEWAY, NOW + seconds(LIMITS.gateway_lease_s))
    assert [event.type for event in decision.payment.events] == [EventType.REFUND_REQUESTED, EventType.REFUND_READY]


def test_second_refund_over_the_captured_amount_is_refused() -> None:
    payment, _ = asked(a_payment(100), 60)

    with pytest.raises(AmountExceedsRefundable) as refused:
        request_refund(payment, a_request(60), LIMITS, NOW)

    assert (refused.value.asked, refused.value.refundable, refused.value.currency) == (60, 40, "EUR")


def test_exactly_the_remaining_amount_is_given() -> None:
    payment, _ = asked(a_payment(17925), 8999)

    decision = request_refund(payment, a_request(8926), LIMITS, NOW)

    assert decision.payment.refundable_amount == 0


def test_one_minor_unit_over_the_remaining_amount_is_refused() -> None:
    payment, _ = asked(a_payment(17925), 8999)

    with pytest.raises(AmountExceedsRefundable):
        request_refund(payment, a_request(8927), LIMITS, NOW)


def test_without_an_amount_all_that_is_left_is_asked() -> None:
    payment, _ = asked(a_payment(100), 60)

    assert request_refund(payment, a_request(None), LIMITS, NOW).refund.amount == 40


@pytest.mark.parametrize("amount", [None, 1])
def test_of_a_payment_with_nothing_left_nothing_is_given(amount: int | None) -> None:
    payment, _ = asked(a_payment(100), 100)

    with pytest.raises(NothingLeftToRefund):
        request_refund(payment, a_request(amount), LIMITS, NOW)


@pytest.mark.parametrize("amount", [0, -1, -100])
def test_amounts_are_at_least_one_minor_unit(amount: int) -> None:
    with pytest.raises(AmountNotPositive):
        request_refund(a_payment(), a_request(amount), LIMITS, NOW)


def test_a_refund_is_in_the_currency_of_its_payment() -> None:
    assert request_refund(a_payment(), a_request(currency="EUR"), LIMITS, NOW).refund.amount == 60
    with pytest.raises(CurrencyMismatch):
        request_refund(a_payment(), a_request(currency="USD"), LIMITS, NOW)


def test_line_items_sum_to_the_amount_exactly() -> None:
    items = (LineItem(id="a", amount=33, tax_amount=3), LineItem(id="b", amount=27))

    assert request_refund(a_payment(), a_request(60, line_items=items), LIMITS, NOW).refund.line_items == items
    with pytest.raises(LineItemsDoNotSum):
        request_refund(a_payment(), a_request(61, line_items=items), LIMITS, NOW)


def test_a_payment_has_at_most_as_many_refunds_as_its_parameter_allows() -> None:
    within = limits(refunds_per_payment_max=3)
    payment = a_payment(100)
    for _ in range(3):
        payment = stored(request_refund(payment, a_request(10), within, NOW))

    with pytest.raises(TooManyRefunds):
        request_refund(payment, a_request(10), within, NOW)

    assert len(payment.refunds) == 3


def test_refunds_that_ended_without_money_take_no_place_of_those_that_may_go_out() -> None:
    """13: only what holds or has moved money, or may yet, is counted; 18: the last one that fits is taken."""
    within = limits(refunds_per_payment_max=3, auto_approval_below=whole(0))
    payment = a_payment(100)
    for _ in range(5):
        decision = request_refund(payment, a_request(100), within, NOW)
        payment = stored(cancel_refund(stored(decision), decision.refund.id, NOW, "usr_asker"))
    for _ in range(3):
        payment = stored(request_refund(payment, a_request(10, is_submitted=False), within, NOW))

    with pytest.raises(TooManyRefunds) as refused:
        request_refund(payment, a_request(10), within, NOW)
    assert message_of(refused.value).startswith(
        "This payment has reached its limit of 3 refunds that are paid or under way."
    )


def test_refunds_that_ended_without_money_are_kept_up_to_a_bound_of_their_own() -> None:
    within = limits(refunds_per_payment_max=1, auto_approval_below=whole(0))
    payment = a_payment(100)
    for _ in range(1 + ENDED_REFUNDS_MAX):
        decision = request_refund(payment, a_request(100), within, NOW)
        payment = stored(cancel_refund(stored(decision), decision.refund.id, NOW, "usr_asker"))

    with pytest.raises(TooManyEndedRefunds) as refused:
        request_refund(payment, a_request(10), within, NOW)
    assert refused.value.ended == 101


def test_broken_rules_end_the_refund_at_once_and_hold_nothing() -> None:
    decision = request_refund(paid_by(MethodType.CRYPTO), a_request(60), LIMITS, NOW)

    assert decision.refund.status is Status.VALIDATION_FAILED
    assert [v.code for v in decision.refund.violations] == ["partial_refund_not_supported"]
    assert (decision.payment.reserved_amount, decision.refund.due_at, decision.refund.attempts) == (0, None, ())


# --- asking again --------------------------------------------------------------------------------


def test_the_same_key_and_body_give_the_first_refund_again_and_write_nothing() -> None:
    payment, first = asked(a_payment(), 60, key="k")

    again = request_refund(payment, a_request(60, key="k"), LIMITS, NOW)

    assert again.replayed
    assert shown(again.refund) == shown(first)
    assert again.payment is payment


def test_the_same_key_with_another_body_is_refused() -> None:
    payment, _ = asked(a_payment(), 60, key="k")

    with pytest.raises(KeyReused):
        request_refund(payment, a_request(60, key="k", body="other"), LIMITS, NOW)


def test_a_repeat_is_answered_also_where_nothing_would_be_left_for_a_new_refund() -> None:
    payment, first = asked(a_payment(100), 100, key="k")

    again = request_refund(payment, a_request(100, key="k"), LIMITS, NOW)

    assert shown(again.refund) == shown(first)


def test_a_repeat_after_cancelation_is_answered_as_before_and_makes_no_refund() -> None:
    payment, refund = asked(a_payment(), 60, key="k", is_submitted=False)
    payment = stored(cancel_refund(payment, refund.id, NOW, "usr_asker"))

    again = request_refund(payment, a_request(60, key="k"), LIMITS, NOW)

    assert (again.refund.id, again.refund.status, again.replayed) == (refund.id, Status.DRAFT, True)


def test_keys_of_external_refunds_are_refused_from_callers() -> None:
    with pytest.raises(InvalidInput):
        request_refund(a_payment(), a_request(60, key="adopted:sandbox:gr_1"), LIMITS, NOW)


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
    assert message_of(held.value).startswith("150.00 EUR is asked for, a refund is at most 100.00 EUR.")
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


# --- canceling -----------------------------------------------------------------------------------


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
