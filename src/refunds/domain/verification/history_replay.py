"""Replays the history of a stored refund and compares the result with the refund's fields.

The replay follows the table of states. Verification calls this module. Verification also compares the events with the
audit log. Decisions on refunds never call this module. The module changes nothing and does no I/O.
"""

from collections.abc import Iterator, Sequence

from refunds.domain import ids
from refunds.domain.attempt.result_recording import FAILED_OTHERWISE, FAILURE_REPORTED, OUTCOMES, UNKNOWN_ERROR
from refunds.domain.errors import TransitionNotAllowed
from refunds.domain.finding import Finding
from refunds.domain.payment.events import CREATION_EVENTS, Event, EventType
from refunds.domain.payment.payment import CODE_CHARS_MAX, CONTRADICTED, DECISION_APPROVED, REFUNDED_AT_GATEWAY
from refunds.domain.payment.states import Fact, Status, next_status
from refunds.domain.payment.status_reason import AWAITS_APPROVAL
from refunds.domain.refund.lifecycle import ON_REQUEST
from refunds.domain.verification import history_findings as found
from refunds.domain.verification.payment_snapshot import StoredAttempt, StoredPayment, StoredRefund
from refunds.domain.verification.reason_checks import (
    are_submissions_consistent,
    are_violations_consistent,
    is_open_reason_consistent,
    is_reason_text_consistent,
    may_lack_error,
)

_FACTS: dict[EventType, Fact] = {
    EventType.REFUND_SUBMITTED: Fact.SUBMITTED,
    EventType.REFUND_READY: Fact.REVIEW_PASSED,
    EventType.REFUND_APPROVAL_REQUESTED: Fact.APPROVAL_REQUIRED,
    EventType.REFUND_VALIDATION_FAILED: Fact.REVIEW_FAILED,
    EventType.REFUND_REJECTED: Fact.REJECTED,
    EventType.REFUND_CANCELED: Fact.CANCELED,
    EventType.REFUND_GATEWAY_PENDING: Fact.GATEWAY_PENDING,
    EventType.REFUND_GATEWAY_ERROR: Fact.GATEWAY_UNAVAILABLE,
    EventType.REFUND_OUTCOME_UNKNOWN: Fact.OUTCOME_UNKNOWN,
    EventType.REFUND_COMPLETED: Fact.GATEWAY_SUCCEEDED,
    EventType.REFUND_FAILED: Fact.GATEWAY_FAILED,
    EventType.REFUND_REVERSED: Fact.GATEWAY_FAILED,
    EventType.REFUND_CONTRADICTED: Fact.CONTRADICTED,
}
_FACTS_BY_CODE: dict[tuple[EventType, str], Fact] = {
    (EventType.REFUND_READY, DECISION_APPROVED): Fact.APPROVED,
    (EventType.REFUND_CANCELED, REFUNDED_AT_GATEWAY): Fact.REFUNDED_AT_GATEWAY,
}
_BEGINNINGS = {EventType.REFUND_REQUESTED: Status.DRAFT, EventType.EXTERNAL_REFUND_RECORDED: Status.COMPLETED}
_STAYING = {
    EventType.REFUND_APPROVAL_GIVEN: frozenset({Status.PENDING_APPROVAL}),
    EventType.REFUND_CONTRADICTED: frozenset({Status.COMPLETED, Status.FAILED, Status.REVERSED}),
    EventType.REFUND_TAKEN_UP: frozenset({Status.COMPLETED, Status.FAILED, Status.REVERSED, Status.UNKNOWN}),
}
"""Maps each event type that may leave the status unchanged to the statuses in which that can happen."""

_REVIEWED = frozenset({EventType.REFUND_READY, EventType.REFUND_APPROVAL_REQUESTED, EventType.REFUND_VALIDATION_FAILED})
_SUBMITTING = _REVIEWED | {EventType.REFUND_SUBMITTED}
_REASONS: dict[EventType, str] = {
    EventType.REFUND_REQUESTED: "",
    EventType.EXTERNAL_REFUND_RECORDED: "",
    EventType.REFUND_SUBMITTED: "",
    EventType.REFUND_READY: "",
    EventType.REFUND_COMPLETED: "",
    EventType.REFUND_APPROVAL_REQUESTED: AWAITS_APPROVAL.code,
    EventType.REFUND_APPROVAL_GIVEN: AWAITS_APPROVAL.code,
    EventType.REFUND_REJECTED: "rejected",
}
_CARRIES_REASON = frozenset({EventType.REFUND_VALIDATION_FAILED, EventType.REFUND_FAILED, EventType.REFUND_REVERSED})
_SENT = frozenset({EventType.REFUND_READY, EventType.EXTERNAL_REFUND_RECORDED})
_WITHOUT_ERROR = _SENT | {EventType.REFUND_COMPLETED}
_FAILED_OUTCOMES = frozenset({FAILURE_REPORTED, *FAILED_OTHERWISE.values()})

_REASON_TEXT, _BEGINNING, _SUBMISSIONS = "status_text", "first_status", "tries"
_DIFFERS = {
    _REASON_TEXT: found.ReasonTextDiffers,
    _BEGINNING: found.BeginningDiffers,
    _SUBMISSIONS: found.SubmissionsDiffer,
}
"""Maps the first field of a group to the finding for the group. The fields of a group are checked together."""


def history_mismatches(stored: StoredPayment, refund: StoredRefund, events: Sequence[Event]) -> Iterator[Finding]:
    """Yields a finding for each field of a refund that does not fit the refund's events.

    `events` are ordered from the oldest to the newest. If they are only the latest part of the history, fields that
    depend on earlier events are not checked.
    """
    name = refund.state.id
    is_whole = len(events) == refund.history_count
    status = _replayed(name, events, is_whole=is_whole)
    if any(event.refund_id != name for event in events):
        yield found.HistoryOfOther(refund_id=name)
        return
    if not isinstance(status, Status):
        yield status
        return
    if refund.state.status != status:
        yield found.HistoryEndsOtherwise(refund_id=name, status=refund.state.status, ends_at=status.value)
        return
    last = next((event for event in reversed(events) if event.type is not EventType.REFUND_TAKEN_UP), events[-1])
    for what, is_consistent in (
        ("status_reason", _is_reason_consistent(refund, last)),
        ("status_reason", not is_whole or is_open_reason_consistent(refund, events)),
        (_REASON_TEXT, is_reason_text_consistent(stored, refund, last)),
        ("violations", are_violations_consistent(refund)),
        ("expected_at", refund.expected_at is None),
        ("updated_at", refund.state.updated_at == events[-1].at),
        (
            _BEGINNING,
            not is_whole or _is_beginning_consistent(stored, refund, events),
        ),
        ("approvals_required", not is_whole or _are_approvals_consistent(refund, events)),
        ("attempts", _are_attempts_consistent(stored, refund, events)),
        (_SUBMISSIONS, not is_whole or are_submissions_consistent(stored, refund, events)),
    ):
        if not is_consistent:
            kind = _DIFFERS.get(what)
            yield kind(refund_id=name) if kind else found.RefundDiffers(refund_id=name, field=what)


def status_after(before: Status, event: Event) -> Status:
    """Returns the status to which the event leads by the table of states.

    Raises TransitionNotAllowed if the table does not allow the event at the status `before`.
    """
    if _is_staying(event) and before in _STAYING[event.type]:
        return before
    fact = _FACTS_BY_CODE.get((event.type, event.code)) or _FACTS.get(event.type)
    if fact is None:
        raise TransitionNotAllowed(status=before.value, fact=event.type.value)
    if before is Status.DRAFT and event.type in _REVIEWED:
        before = next_status(before, Fact.SUBMITTED)
    after = next_status(before, fact)
    if after is before:
        raise TransitionNotAllowed(status=before.value, fact=event.type.value)
    return after


def _is_staying(event: Event) -> bool:
    """True if the event may leave the status unchanged and did so."""
    return event.type in _STAYING and event.status == event.from_status


def _replayed(refund_id: str, events: Sequence[Event], *, is_whole: bool) -> Status | Finding:
    """Returns the status after all events, or a finding about the first event that does not fit."""
    before = events[0].from_status if events and not is_whole else ""
    status = Status(before) if before in set(Status) else None
    for event in events:
        if (status is None) != (event.type in CREATION_EVENTS) or event.from_status != (status or ""):
            return found.HistoryTorn(
                refund_id=refund_id, status=status or "", event=event.type.value, from_status=event.from_status
            )
        try:
            status = _BEGINNINGS[event.type] if status is None else status_after(status, event)
        except TransitionNotAllowed:
            return found.HistoryImpossible(refund_id=refund_id, event=event.type.value, status=status or "")
        if event.status != status:
            return found.HistoryMisnames(refund_id=refund_id, event=event.type.value, status=event.status)
    return status or found.HistoryMissing(refund_id=refund_id)


def _is_reason_consistent(refund: StoredRefund, last: Event) -> bool:
    """True if the status reason fits the last event."""
    reason = refund.state.status_reason[:CODE_CHARS_MAX]
    if last.type is EventType.REFUND_CONTRADICTED and _is_staying(last):
        expected = CONTRADICTED if last.status == Status.FAILED and last.code == "" else last.code
        return reason == expected  # releases that did not query contradictions wrote the event without a code
    if last.type in _CARRIES_REASON:
        return reason == (last.code or UNKNOWN_ERROR)
    if last.type is EventType.REFUND_CANCELED:
        return reason == (last.code or ON_REQUEST.code)
    return reason == _REASONS.get(last.type, reason)


def _is_beginning_consistent(stored: StoredPayment, refund: StoredRefund, events: Sequence[Event]) -> bool:
    """True if the first status, the submitter and the time of submission fit the first events."""
    first = refund.first_status
    if refund.submitted_by == "" and refund.submitted_at is not None:
        return False
    if events[0].type is EventType.EXTERNAL_REFUND_RECORDED:
        return first in ("", Status.COMPLETED) and refund.submitted_by == ""
    later = events[1] if len(events) > 1 and events[1].type in _SUBMITTING else None
    if later is None:
        return first in ("", Status.DRAFT) and refund.submitted_by == ""
    versions = {ids.event_version(stored.id, event.id) for event in (events[0], later)}
    if refund.submitted_by == "":
        return first == "" or (len(versions) == 1 and first == later.status)
    is_time_consistent = refund.submitted_at == later.at or (first == "" and refund.submitted_at is None)
    return is_time_consistent and refund.submitted_by == later.actor and first in ("", Status.DRAFT)


def _are_approvals_consistent(refund: StoredRefund, events: Sequence[Event]) -> bool:
    """True if the number of approvals fits the required number, and `approval_rule` fits the events."""
    asked = [event.code for event in events if event.type is EventType.REFUND_APPROVAL_REQUESTED]
    if not asked:
        return refund.approvals_asked == 0 and refund.approval_rule == ""
    given = sum(event.type is EventType.REFUND_APPROVAL_GIVEN for event in events)
    is_ready = any(event.type is EventType.REFUND_READY for event in events)
    is_enough = given + 1 == refund.approvals_asked if is_ready else given < refund.approvals_asked
    return is_enough and refund.approval_rule[:CODE_CHARS_MAX] == asked[0]


def _are_attempts_consistent(stored: StoredPayment, refund: StoredRefund, events: Sequence[Event]) -> bool:
    sent = [event for event in events if event.type in _SENT or event.status in OUTCOMES]
    if not sent:
        return not refund.attempts
    if len(refund.attempts) != 1:
        return False
    attempt = refund.attempts[0]
    last = next((event for event in reversed(sent) if not _is_staying(event)), None)
    is_named = attempt.id == ids.attempt_id(refund.state.id, 1) and attempt.gateway == stored.gateway
    return is_named and (
        last is None or (_is_outcome_consistent(attempt, last) and _is_error_consistent(refund, attempt, last, events))
    )


def _is_outcome_consistent(attempt: StoredAttempt, last: Event) -> bool:
    if last.type is EventType.REFUND_FAILED:
        return attempt.outcome in _FAILED_OUTCOMES
    return attempt.outcome == OUTCOMES.get(Status(last.status), "open")


def _is_error_consistent(refund: StoredRefund, attempt: StoredAttempt, last: Event, events: Sequence[Event]) -> bool:
    """True if the error of the attempt fits the refund's last event."""
    error = attempt.error_code[:CODE_CHARS_MAX]
    if last.type in _WITHOUT_ERROR:
        return error == attempt.error_raw == ""
    if last.type is EventType.REFUND_REVERSED:
        return error == last.code
    if last.type is EventType.REFUND_FAILED:
        return error == last.code or (error == "" and may_lack_error(refund, attempt, last, events))
    return error in ("", refund.state.status_reason) or attempt.tries + attempt.asks > 1
