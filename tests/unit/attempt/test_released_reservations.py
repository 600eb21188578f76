"""Money that moved at the gateway is booked: refunds that nothing was sent for give way to it, all others never do."""

from collections.abc import Callable
from datetime import datetime

import pytest
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import (
    GATEWAY,
    LIMITS,
    NOW,
    a_payment,
    a_request,
    a_result,
    an_approval,
    answered,
    asked,
    limits,
    seconds,
    stored,
    with_result,
)
from tests.support.payments.retelling import as_scanned

from refunds.domain.attempt.external_refunds import record_external_refund
from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.attempt.reconciliation import Reconciliation, Resolution, reconcile_refund
from refunds.domain.attempt.submission import begin_step, release_first_submission
from refunds.domain.errors import AmountExceedsRefundable, TransitionNotAllowed
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.payment import REFUNDED_AT_GATEWAY, Decision, Payment, Refund
from refunds.domain.payment.reason_details import AmountTaken, detail_of
from refunds.domain.payment.states import Status
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.lifecycle import (
    approve_refund,
    cancel_refund,
    reject_refund,
    request_refund,
    review_refund,
    submit_refund,
)
from refunds.domain.refund.status_explanation import explain
from refunds.domain.settings.refund_policy import Limits
from refunds.domain.verification.history_replay import history_mismatches
from refunds.texts.explanation_texts import because_of, next_of

BY_PEOPLE = limits(auto_approval_below=whole(0), approvals_required=1)
LATER = NOW + seconds(60)


def waiting(
    payment: Payment, amount: int, at: datetime = NOW, *, within: Limits = BY_PEOPLE, is_reviewed_now: bool = True
) -> tuple[Payment, Refund]:
    """The payment with one refund more, which waits for people or, not reviewed yet, for its review."""
    command = a_request(amount, payment=payment, is_reviewed_now=is_reviewed_now)
    decision = request_refund(payment, command, within, at)
    return stored(decision), decision.refund


def made_at_gateway(payment: Payment, amount: int, name: str = "gr_9", at: datetime = LATER) -> Decision:
    result = a_result(ResultKind.SUCCEEDED, gateway_refund_id=name, amount=amount)
    return record_external_refund(payment, f"ref_of_{name}", result, "EUR", LIMITS, at, GATEWAY)


def statuses(payment: Payment) -> list[Status]:
    return [refund.status for refund in payment.refunds]


def code_of(refund: Refund) -> str:
    return refund.status_reason.code if refund.status_reason is not None else ""


# --- what gives way ------------------------------------------------------------------------------


@pytest.mark.parametrize("is_reviewed_now", [True, False], ids=["waits for people", "waits for its review"])
def test_refund_made_at_the_gateway_takes_the_amount_of_one_that_nothing_was_sent_for(is_reviewed_now: bool) -> None:
    payment, refund = waiting(a_payment(), 80, is_reviewed_now=is_reviewed_now)

    decision = made_at_gateway(payment, 50)

    released, external = decision.payment.refunds
    assert (external.status, external.amount, decision.refund) == (Status.COMPLETED, 50, external)
    assert (decision.payment.reserved_amount, decision.payment.refunded_amount) == (0, 50)
    assert (released.id, released.status, code_of(released)) == (refund.id, Status.CANCELED, REFUNDED_AT_GATEWAY)
    assert (released.due_at, released.due_for, released.attempts) == (None, None, ())
    assert [
        (event.type, event.refund_id, event.from_status, event.status, event.amount, event.code, event.actor)
        for event in decision.payment.events
    ] == [
        (
            EventType.REFUND_CANCELED,
            refund.id,
            refund.status.value,
            "canceled",
            80,
            REFUNDED_AT_GATEWAY,
            GATEWAY,
        ),
        (EventType.EXTERNAL_REFUND_RECORDED, external.id, "", "completed", 50, "made_at_gateway", GATEWAY),
    ]


@pytest.mark.parametrize(("moved", "stay"), [(45, "first second"), (55, "first"), (71, "")])
def test_as_many_give_way_as_are_needed_the_one_submitted_last_first(moved: int, stay: str) -> None:
    payment, first = waiting(a_payment(), 30)
    payment, second = waiting(payment, 20, NOW + seconds(1))
    payment, third = waiting(payment, 20, NOW + seconds(2))
    names = {first.id: "first", second.id: "second", third.id: "third"}

    payment = stored(made_at_gateway(payment, moved))

    waits = [names[refund.id] for refund in payment.refunds if refund.status is Status.PENDING_APPROVAL]
    assert (" ".join(waits), payment.refunded_amount) == (stay, moved)


def test_draft_that_was_submitted_last_gives_way_before_one_that_was_asked_for_after_it() -> None:
    command = a_request(40, is_submitted=False)
    made = request_refund(a_payment(), command, BY_PEOPLE, NOW)
    payment, early = waiting(stored(made), 40, NOW + seconds(1))
    handed_in = submit_refund(payment, made.refund.id, BY_PEOPLE, NOW + seconds(2), "usr_asker")

    payment = stored(made_at_gateway(stored(handed_in), 50))

    assert payment.refund(made.refund.id).status is Status.CANCELED
    assert payment.refund(early.id).status is Status.PENDING_APPROVAL


def test_nothing_gives_way_where_there_is_room_already() -> None:
    payment, refund = waiting(a_payment(), 50)

    payment = stored(made_at_gateway(payment, 50))

    assert payment.refund(refund.id).status is Status.PENDING_APPROVAL
    assert (payment.reserved_amount, payment.refunded_amount) == (50, 50)


def test_nothing_gives_way_where_all_of_them_hold_too_little() -> None:
    payment, _ = with_result(*asked(a_payment(), 60), ResultKind.SUCCEEDED, gateway_refund_id="gr_1")
    payment, refund = waiting(payment, 40)

    with pytest.raises(AmountExceedsRefundable):
        made_at_gateway(payment, 41)

    assert payment.refund(refund.id).status is Status.PENDING_APPROVAL


def test_drafts_hold_nothing_and_stay() -> None:
    draft = request_refund(a_payment(), a_request(80, is_submitted=False), BY_PEOPLE, NOW)

    payment = stored(made_at_gateway(stored(draft), 100))

    assert statuses(payment) == [Status.DRAFT, Status.COMPLETED]


def test_history_has_the_released_refund_as_it_stands() -> None:
    histories: dict[str, list[Event]] = {}
    command = a_request(80)
    made = request_refund(a_payment(), command, BY_PEOPLE, NOW)
    decision = made_at_gateway(stored(made), 50)
    for event in (*made.payment.events, *decision.payment.events):
        histories.setdefault(event.refund_id, []).append(event)

    walked = as_scanned(stored(decision), histories)

    for refund in walked.refunds:
        assert list(history_mismatches(walked, refund, histories[refund.state.id])) == []


def test_why_names_what_took_the_amount_and_what_is_left_to_do() -> None:
    payment, refund = waiting(a_payment(), 80)
    payment = stored(made_at_gateway(payment, 50))

    found = explain(payment, payment.refund(refund.id), LIMITS, LATER)

    assert (found.waits_for, found.next_at) == (WaitsFor.NOTHING, None)
    assert "Another refund of the payment was made directly at sandbox" in because_of(found)
    assert "ref_of_gr_9" in because_of(found)
    assert "new refund" in next_of(found)


# --- what never does -----------------------------------------------------------------------------


def sent(payment: Payment) -> Payment:
    """A refund whose first submission is reserved for the worker that got the hint."""
    return asked(payment, 80)[0]


def without_own_delay(payment: Payment) -> Payment:
    """One that the worker with its hint did not begin: another worker may have got a hint, too."""
    payment, refund = asked(payment, 80)
    return stored(release_first_submission(payment, refund.id, NOW))


def turned_away(payment: Payment) -> Payment:
    return with_result(*asked(payment, 80), ResultKind.UNAVAILABLE)[0]


def begun_again(payment: Payment) -> Payment:
    payment, refund = with_result(*asked(payment, 80), ResultKind.UNAVAILABLE)
    assert refund.due_at is not None
    return stored(begin_step(payment, refund.id, LIMITS, refund.due_at))


def lost(payment: Payment) -> Payment:
    return with_result(*asked(payment, 80), ResultKind.UNKNOWN)[0]


def pending(payment: Payment) -> Payment:
    return with_result(*asked(payment, 80), ResultKind.PENDING, gateway_refund_id="gr_1")[0]


def approved(payment: Payment) -> Payment:
    payment, refund = waiting(payment, 80)
    return stored(approve_refund(payment, refund.id, an_approval(), BY_PEOPLE, NOW))


@pytest.mark.parametrize("situation", [sent, without_own_delay, turned_away, begun_again, lost, pending, approved])
def test_refund_that_may_have_been_sent_keeps_its_amount_until_its_gateway_ends_it(
    situation: Callable[[Payment], Payment],
) -> None:
    payment = situation(a_payment())

    with pytest.raises(AmountExceedsRefundable):
        made_at_gateway(payment, 50)

    (refund,) = payment.refunds
    payment, _ = with_result(payment, refund, ResultKind.FAILED, code="amount_exceeds_remaining")
    payment = stored(made_at_gateway(payment, 50))
    assert (payment.refunded_amount, payment.reserved_amount) == (50, 0)


def test_refund_that_may_have_been_sent_stays_beside_one_that_gives_way() -> None:
    payment, at_gateway = asked(a_payment(), 30)
    payment, refund = waiting(payment, 60, NOW + seconds(1))

    payment = stored(made_at_gateway(payment, 70))

    assert payment.refund(at_gateway.id).status is Status.PROCESSING
    assert payment.refund(refund.id).status is Status.CANCELED
    assert (payment.reserved_amount, payment.refunded_amount) == (30, 70)


# --- who comes at the same moment ----------------------------------------------------------------


def test_decision_on_a_refund_that_gave_way_is_refused_with_the_reason() -> None:
    payment, refund = waiting(a_payment(), 80)
    payment = stored(made_at_gateway(payment, 50))

    with pytest.raises(TransitionNotAllowed) as refused:
        approve_refund(payment, refund.id, an_approval(), BY_PEOPLE, LATER)
    assert (refused.value.status, refused.value.fact) == ("canceled", "approved")
    with pytest.raises(TransitionNotAllowed):
        reject_refund(payment, refund.id, an_approval(decision="rejected"), LATER)
    again = cancel_refund(payment, refund.id, LATER, "usr_asker")
    assert (again.replayed, code_of(again.refund)) == (True, REFUNDED_AT_GATEWAY)


def test_review_that_comes_after_it_sends_nothing() -> None:
    payment, refund = waiting(a_payment(), 80, is_reviewed_now=False)
    payment = stored(made_at_gateway(payment, 50))

    reviewed = review_refund(payment, refund.id, LIMITS, LATER, "system")

    assert (reviewed.replayed, reviewed.refund.status, reviewed.refund.attempts) == (True, Status.CANCELED, ())
    assert begin_step(payment, refund.id, LIMITS, LATER).replayed


def test_request_that_is_repeated_is_answered_as_the_first_time() -> None:
    command = a_request(80)
    made = request_refund(a_payment(), command, BY_PEOPLE, NOW)
    payment = stored(made_at_gateway(stored(made), 50))

    again = request_refund(payment, command, BY_PEOPLE, LATER)

    assert (again.replayed, again.refund.status) == (True, Status.PENDING_APPROVAL)


# --- a success of ours that comes after its failure ----------------------------------------------


def contradicted_beside(amount: int) -> tuple[Payment, Refund, Refund]:
    """One of 60 that its gateway called failed and then successful, and one that waits with `amount`."""
    payment, failed = with_result(*asked(a_payment(), 60), ResultKind.FAILED, code="account_closed")
    payment, other = waiting(payment, amount, NOW + seconds(1))
    payment, failed = with_result(payment, failed, ResultKind.SUCCEEDED)
    assert (failed.status, failed.due_at) == (Status.FAILED, NOW)
    return payment, failed, other


def test_success_without_room_takes_it_from_unsent_refunds_once_the_gateway_has_confirmed_it() -> None:
    payment, failed, other = contradicted_beside(70)
    assert payment.refund(other.id).status is Status.PENDING_APPROVAL

    payment, failed = answered(payment, failed, ResultKind.SUCCEEDED, LATER)

    assert (failed.status, payment.refunded_amount, payment.reserved_amount) == (Status.COMPLETED, 60, 0)
    released = payment.refund(other.id)
    assert (released.status, code_of(released)) == (Status.CANCELED, REFUNDED_AT_GATEWAY)
    assert released.status_reason is not None
    assert detail_of(released.status_reason) == AmountTaken(taken_by=failed.id)


def test_success_that_the_gateway_denies_takes_nothing_from_others() -> None:
    payment, failed, other = contradicted_beside(70)

    payment, failed = answered(payment, failed, ResultKind.FAILED, LATER)

    assert (failed.status, payment.refund(other.id).status) == (Status.FAILED, Status.PENDING_APPROVAL)


def test_person_who_finds_the_money_moved_takes_the_amount_of_unsent_refunds() -> None:
    payment, failed, other = contradicted_beside(70)
    order = Reconciliation(refund_id=failed.id, resolution=Resolution.COMPLETED, note="INC-7", by="usr_operator")

    decision = reconcile_refund(payment, order, LIMITS, LATER)

    assert (decision.refund.status, decision.payment.refunded_amount) == (Status.COMPLETED, 60)
    assert decision.payment.refund(other.id).status is Status.CANCELED
    assert {event.actor for event in decision.payment.events} == {"usr_operator"}
