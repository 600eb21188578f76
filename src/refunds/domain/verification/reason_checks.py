"""Checks the reason, the violations and the submissions of a stored refund against its other fields. Pure.

Called by `history_replay`. Texts of earlier releases are allowed.
"""

from collections.abc import Iterator, Sequence

from refunds.domain import ids
from refunds.domain.attempt.conflicting_results import CONTRADICTION_TEXTS, FAILURE_REPORTED
from refunds.domain.attempt.duplicate_movements import merged_text
from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.attempt.released_reservations import released_text
from refunds.domain.attempt.result_recording import FAILED_OTHERWISE
from refunds.domain.attempt.retry_plan import UNKNOWN_ERROR, failed_because, never_seen_texts
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.payment import AWAITS_APPROVAL, CODE_CHARS_MAX, CONTRADICTED, MERGED, REFUNDED_AT_GATEWAY
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import ON_REQUEST
from refunds.domain.verification.payment_snapshot import StoredAttempt, StoredPayment, StoredRefund

_BEGINS_TO_SEND = frozenset({EventType.REFUND_READY, EventType.EXTERNAL_REFUND_RECORDED})
_NEVER_SEEN = frozenset({FAILURE_REPORTED, FAILED_OTHERWISE[ResultKind.NOT_FOUND]})
"""Outcomes of an attempt that its gateway did not know; the gateway may have reported a failure since."""

_ANY_CODE = "\0"
"""Placeholder for the code in the text of an unknown code; no gateway's code contains it."""

_AT_GATEWAY = frozenset({Status.GATEWAY_PENDING, Status.GATEWAY_ERROR, Status.UNKNOWN})
_FIXED = {
    Status.PENDING_APPROVAL: frozenset({AWAITS_APPROVAL.text}),
    Status.CANCELED: frozenset({ON_REQUEST.text, "Canceled on request."}),
}


def is_open_reason_consistent(refund: StoredRefund, events: Sequence[Event]) -> bool:
    """True if the reason of a refund at its gateway is the code of one of its events: nothing else changes it."""
    if refund.state.status not in _AT_GATEWAY:
        return True
    codes = {event.code for event in events if event.type is not EventType.REFUND_TAKEN_UP}
    return refund.state.status_reason[:CODE_CHARS_MAX] in codes | {""}


def is_reason_text_consistent(stored: StoredPayment, refund: StoredRefund, last: Event) -> bool:
    """True if the text of the reason follows from status, code and decisions.

    The answer to a contradiction may have a code that no attempt stores; `last` is the latest event of the refund.
    """
    status, code = refund.state.status, refund.state.status_reason
    if code == REFUNDED_AT_GATEWAY and status == Status.CANCELED:
        return refund.status_text in map(released_text, _others(stored, refund))
    if status in _FIXED:
        return refund.status_text in _FIXED[Status(status)]
    if status == Status.REJECTED:
        return refund.status_text == refund.last_decision_text
    if status == Status.VALIDATION_FAILED:
        return refund.status_text == " ".join(violation.message for violation in refund.violations if violation.message)
    if code == MERGED and status == Status.REVERSED:
        return refund.status_text in map(merged_text, _others(stored, refund))
    is_of_contradiction = code == CONTRADICTED and refund.status_text in CONTRADICTION_TEXTS
    is_of_unknown = code == UNKNOWN_ERROR and (
        refund.status_text in _texts_of_unknown_codes(refund) or _is_of_answer(refund.status_text, last)
    )
    is_of_never_seen = status == Status.FAILED and _is_of_never_seen(refund)
    return refund.status_text == "" or is_of_contradiction or is_of_unknown or is_of_never_seen


def _others(stored: StoredPayment, refund: StoredRefund) -> Iterator[str]:
    return (other.state.id for other in stored.refunds if other is not refund)


def _texts_of_unknown_codes(refund: StoredRefund) -> frozenset[str]:
    raw_codes = ("", *(attempt.error_raw for attempt in refund.attempts))
    return frozenset(failed_because("", raw_code).text for raw_code in raw_codes)


def _is_of_answer(text: str, last: Event) -> bool:
    begin, _, end = failed_because("", _ANY_CODE).text.partition(_ANY_CODE)
    is_of_a_code = text.startswith(begin) and text.endswith(end) and len(text) > len(begin) + len(end)
    return last.type is EventType.REFUND_CONTRADICTED and is_of_a_code


def _is_of_never_seen(refund: StoredRefund) -> bool:
    return any(
        attempt.outcome in _NEVER_SEEN and refund.status_text in never_seen_texts(attempt.tries, attempt.unsent)
        for attempt in refund.attempts
    )


def may_lack_error(refund: StoredRefund, attempt: StoredAttempt, failed: Event, events: Sequence[Event]) -> bool:
    """True if the refund may have failed for another reason than its attempt's error: none told, or it never arrived.

    A contradiction hides which of these it was. Attempts of earlier releases may lack their error in any case.
    """
    is_contradicted = any(event.type is EventType.REFUND_CONTRADICTED for event in events)
    is_never_seen = attempt.outcome == FAILED_OTHERWISE[ResultKind.NOT_FOUND] or _is_of_never_seen(refund)
    return failed.code == UNKNOWN_ERROR or attempt.is_acknowledged is None or is_contradicted or is_never_seen


def are_violations_consistent(refund: StoredRefund) -> bool:
    """Violations end a refund, and the first one is its reason; no other refund has violations."""
    if refund.state.status != Status.VALIDATION_FAILED:
        return not refund.violations
    return bool(refund.violations) and refund.violations[0].code == refund.state.status_reason


def are_submissions_consistent(stored: StoredPayment, refund: StoredRefund, events: Sequence[Event]) -> bool:
    """True if writes since it was ready suffice for its submissions and queries, and their times are in order."""
    begun = next((event for event in events if event.type in _BEGINS_TO_SEND), None)
    if begun is None or not refund.attempts:
        return True
    attempt = refund.attempts[-1]
    writes = stored.version - ids.event_version(stored.id, begun.id)
    is_counted = attempt.tries >= 1 and attempt.asks >= 0 and attempt.tries - 1 + attempt.asks <= writes
    if not is_counted or not 0 <= attempt.unsent <= attempt.tries or attempt.at is None:
        return False
    first_sent_at = begun.at if attempt.first_sent_at is None else attempt.first_sent_at
    if attempt.tries == 1:
        return begun.at == first_sent_at == attempt.at
    return begun.at <= first_sent_at <= attempt.at
