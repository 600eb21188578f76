"""A refund's history is replayed by the table that decides, and every difference is reported."""

import pytest
from tests.support.copies import replace
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import (
    GATEWAY,
    LIMITS,
    NOW,
    a_payment,
    a_request,
    an_approval,
    limits,
    seconds,
    stored,
)
from tests.support.payments.retelling import as_scanned

from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.attempt.submission import begin_step, release_first_submission
from refunds.domain.errors import TransitionNotAllowed
from refunds.domain.payment.events import CREATION_EVENTS, Event, EventType
from refunds.domain.payment.payment import Decision
from refunds.domain.payment.states import TABLE, Status
from refunds.domain.refund.lifecycle import approve_refund, reject_refund, request_refund, submit_refund
from refunds.domain.verification.history_replay import history_mismatches, status_after
from refunds.domain.verification.payment_snapshot import StoredPayment
from refunds.texts.finding_lines import line_of

STEPS = [(status, event_type) for status in Status for event_type in EventType if event_type not in CREATION_EVENTS]
STAYING = {EventType.REFUND_APPROVAL_GIVEN, EventType.REFUND_CONTRADICTED, EventType.REFUND_TAKEN_UP}


def an_event(event_type: EventType, code: str = "") -> Event:
    """An event of that type, of no refund."""
    return Event(
        id="evt_1_2_0",
        type=event_type,
        at=NOW,
        refund_id="ref_1",
        actor="usr_1",
        from_status="",
        status="",
        amount=1,
        code=code,
    )


@pytest.mark.parametrize(("status", "event_type"), STEPS)
def test_event_leads_only_where_the_table_leads(status: Status, event_type: EventType) -> None:
    starts = {status} if status is not Status.DRAFT else {Status.DRAFT, Status.SUBMITTED}
    reached = {status} | {after for (before, _), after in TABLE.items() if before in starts}

    try:
        after = status_after(status, an_event(event_type))
    except TransitionNotAllowed:
        return

    assert after in reached
    assert (after is status) == (event_type in STAYING)


def test_ready_by_approval_is_another_step_than_ready_by_review() -> None:
    with pytest.raises(TransitionNotAllowed):
        status_after(Status.PENDING_APPROVAL, an_event(EventType.REFUND_READY))
    with pytest.raises(TransitionNotAllowed):
        status_after(Status.SUBMITTED, an_event(EventType.REFUND_READY, "approved"))

    assert status_after(Status.PENDING_APPROVAL, an_event(EventType.REFUND_READY, "approved")) is Status.PROCESSING


def approved() -> StoredPayment:
    """A payment with a refund that the one person needed approved of, as verification reads it."""
    within = limits(auto_approval_below=whole(0))
    first = request_refund(a_payment(), a_request(), within, NOW)
    refund_id = first.refund.id
    last = approve_refund(stored(first), refund_id, an_approval(), within, NOW)
    return as_scanned(stored(last), {refund_id: [*first.payment.events, *last.payment.events]})


def said(payment: StoredPayment, history: tuple[Event, ...]) -> list[str]:
    """The mismatches of its only refund with that history, without the refund's id."""
    refund = replace(payment.refunds[0], history=history, history_count=len(history))
    return [line_of(found).partition(": ")[2] for found in history_mismatches(payment, refund, history)]


def test_approved_refund_matches_its_history() -> None:
    payment = approved()

    assert said(payment, payment.refunds[0].history) == []


@pytest.mark.parametrize("is_rejected", [False, True], ids=["approved", "rejected"])
@pytest.mark.parametrize("asked", [(1, 1), (2, 1), (2, 2), (3, 1), (3, 3), (2, 3)])
def test_refund_whose_approvals_were_raised_or_lowered_meanwhile_matches_its_history(
    asked: tuple[int, int], is_rejected: bool
) -> None:
    decision = request_refund(a_payment(), a_request(), limits(auto_approval_below=whole(0)), NOW)
    refund_id, events = decision.refund.id, [*decision.payment.events]
    for person, required in zip(("usr_2", "usr_3"), asked, strict=True):
        if decision.refund.status is Status.PENDING_APPROVAL:
            within = limits(auto_approval_below=whole(0), approvals_required=required)
            decision = approve_refund(stored(decision), refund_id, an_approval(by=person), within, NOW)
            events += decision.payment.events
    if is_rejected and decision.refund.status is Status.PENDING_APPROVAL:
        decision = reject_refund(stored(decision), refund_id, an_approval("usr_4", "rejected"), NOW)
        events += decision.payment.events
    payment = as_scanned(stored(decision), {refund_id: events})

    assert said(payment, tuple(events)) == []


def test_draft_of_a_release_that_did_not_store_its_submitter_matches_its_history() -> None:
    draft = request_refund(a_payment(), a_request(is_submitted=False), limits(), NOW)
    given = submit_refund(stored(draft), draft.refund.id, limits(), NOW, "usr_2")
    events = (*draft.payment.events, *given.payment.events)
    payment = as_scanned(stored(given), {draft.refund.id: [*events]})
    unnamed = replace(payment.refunds[0], submitted_by="", submitted_at=None)

    assert said(payment, events) == []
    assert said(replace(payment, refunds=(replace(unnamed, first_status=""),)), events) == []
    assert said(replace(payment, refunds=(replace(unnamed, first_status="", submitted_by="usr_2"),)), events) == []
    assert said(replace(payment, refunds=(replace(unnamed, first_status="", submitted_by="usr_3"),)), events) != []
    assert said(replace(payment, refunds=(unnamed,)), events) == [
        "the refund's first_status, submitted_by or submitted_at differs from its history"
    ]


def test_history_that_breaks_off_begins_late_or_is_empty_is_named() -> None:
    payment = approved()
    requested, asked_for, ready = payment.refunds[0].history

    assert said(payment, ()) == ["the refund has no history"]
    assert said(payment, (requested, asked_for)) == [
        "the status of the refund is processing, but its history ends with the status pending_approval"
    ]
    assert said(payment, (asked_for, ready)) == [
        (
            "the refund's history leads to the status none, but its next event, refund.approval_requested, "
            "begins at the status draft"
        )
    ]
    assert said(payment, (requested, ready)) == [
        (
            "the refund's history leads to the status draft, but its next event, refund.ready, begins at the "
            "status pending_approval"
        )
    ]


def test_step_that_the_table_does_not_know_is_named() -> None:
    payment = approved()
    requested, asked_for, ready = payment.refunds[0].history

    assert said(payment, (requested, asked_for, replace(ready, code=""))) == [
        (
            "the refund's history contains the event refund.ready at the status pending_approval, but this "
            "status does not allow this event"
        )
    ]
    assert said(payment, (requested, asked_for, replace(ready, status="completed"))) == [
        (
            "the refund's history contains the status completed after the event refund.ready, but this "
            "event leads to another status"
        )
    ]


def _at_its_gateway() -> tuple[Decision, list[Event]]:
    made = request_refund(a_payment(), a_request(), LIMITS, NOW)
    return made, list(made.payment.events)


@pytest.mark.parametrize("raw_code", ["", "moonphase"])
def test_refund_that_an_unknown_code_ended_matches_its_history(raw_code: str) -> None:
    made, events = _at_its_gateway()
    refused = GatewayResult(kind=ResultKind.REFUSED, code="unknown_error", raw_code=raw_code)
    attempt_id = made.refund.attempts[-1].id

    ended = record_gateway_result(stored(made), attempt_id, refused, LIMITS, NOW + seconds(1), GATEWAY)
    payment = as_scanned(stored(ended), {made.refund.id: [*events, *ended.payment.events]})

    assert ended.refund.status is Status.FAILED
    assert said(payment, payment.refunds[0].history) == []


def test_refund_whose_answered_contradiction_had_an_unknown_code_matches_its_history() -> None:
    made, events = _at_its_gateway()
    attempt_id = made.refund.attempts[-1].id
    words = (
        GatewayResult(kind=ResultKind.FAILED, code="card_expired"),
        GatewayResult(kind=ResultKind.SUCCEEDED),
        GatewayResult(kind=ResultKind.FAILED, code="unknown_error", raw_code="moonphase", source=Source.QUERY),
    )

    decision = made
    for after_s, word in enumerate(words, start=1):
        at = NOW + seconds(after_s)
        decision = record_gateway_result(stored(decision), attempt_id, word, LIMITS, at, GATEWAY)
        events += decision.payment.events
    payment = as_scanned(stored(decision), {made.refund.id: events})
    other = replace(payment.refunds[0], status_text="Ended.")

    assert decision.refund.status is Status.FAILED
    assert payment.refunds[0].status_facts == {"raw_code": "moonphase"}
    assert said(payment, payment.refunds[0].history) == []
    assert said(replace(payment, refunds=[other]), other.history) != []


def test_refund_whose_first_submission_was_released_matches_its_history() -> None:
    made, events = _at_its_gateway()
    refund_id = made.refund.id

    held = release_first_submission(stored(made), refund_id, NOW + seconds(1))
    begun = begin_step(stored(held), refund_id, LIMITS, NOW + seconds(20))

    for written, decision in enumerate((held, begun), start=3):
        payment = as_scanned(replace(stored(decision), version=written), {refund_id: events})
        assert not decision.replayed
        assert said(payment, payment.refunds[0].history) == []
