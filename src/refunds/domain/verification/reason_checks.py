"""Checks the reason, the violations and the submissions of a stored refund against its other fields.

`history_replay` calls this module. Texts of older releases are allowed. The module does no I/O.
"""

from collections.abc import Callable, Mapping, Sequence

from refunds.domain import ids
from refunds.domain.attempt.conflicting_results import CONTRADICTION_DETAILS, FAILURE_REPORTED
from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.attempt.result_recording import FAILED_OTHERWISE
from refunds.domain.attempt.retry_plan import UNKNOWN_ERROR, failed_because, never_seen_details
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.payment import CODE_CHARS_MAX, CONTRADICTED, MERGED, REFUNDED_AT_GATEWAY
from refunds.domain.payment.reason_details import AmountTaken, CodeMissing, CodeUnknown, SameMovement, detail_of
from refunds.domain.payment.states import Status
from refunds.domain.payment.status_reason import StatusReason
from refunds.domain.verification import earlier_texts
from refunds.domain.verification.payment_snapshot import StoredAttempt, StoredPayment, StoredRefund

_BEGINS_TO_SEND = frozenset({EventType.REFUND_READY, EventType.EXTERNAL_REFUND_RECORDED})
_NEVER_SEEN = frozenset({FAILURE_REPORTED, FAILED_OTHERWISE[ResultKind.NOT_FOUND]})
"""Outcomes of an attempt that its gateway did not know. The gateway may have reported a failure afterwards."""

_AT_GATEWAY = frozenset({Status.GATEWAY_PENDING, Status.GATEWAY_ERROR, Status.UNKNOWN})
_EARLIER = {
    Status.PENDING_APPROVAL: earlier_texts.WAITING,
    Status.CANCELED: earlier_texts.CANCELED,
}
_NAMES_OTHER: Mapping[tuple[str, str], Callable[[str], str]] = {
    (Status.CANCELED, REFUNDED_AT_GATEWAY): earlier_texts.released,
    (Status.REVERSED, MERGED): earlier_texts.merged,
}
"""Maps a status and a reason code to the function that returns the text, which names the other refund's id."""


def is_open_reason_consistent(refund: StoredRefund, events: Sequence[Event]) -> bool:
    """True if the status reason is empty or equals the code of an event of the refund.

    Only refunds that are at their gateway are checked.
    """
    if refund.state.status not in _AT_GATEWAY:
        return True
    codes = {event.code for event in events if event.type is not EventType.REFUND_TAKEN_UP}
    return refund.state.status_reason[:CODE_CHARS_MAX] in codes | {""}


def is_reason_text_consistent(stored: StoredPayment, refund: StoredRefund, last: Event) -> bool:
    """True if the text and detail of the status reason fit the refund's status, reason code and decisions.

    `last` is the latest event. After a contradiction, the text may contain a gateway's code that no attempt stores.
    """
    if refund.status_detail or refund.status_facts:
        return refund.status_text == "" and _is_detail_consistent(stored, refund, last)
    status, code, text = refund.state.status, refund.state.status_reason, refund.status_text
    names_other = _NAMES_OTHER.get((status, code))
    if names_other is not None:
        return text in map(names_other, _others(stored, refund))
    if status in _EARLIER:
        return text == "" or text in _EARLIER[Status(status)]
    if status == Status.REJECTED:
        return text == refund.last_decision_text
    if status == Status.VALIDATION_FAILED:
        return text == " ".join(violation.message for violation in refund.violations if violation.message)
    return text == "" or _is_earlier_text(refund, code, text, last)


def _is_detail_consistent(stored: StoredPayment, refund: StoredRefund, last: Event) -> bool:
    status, code = refund.state.status, refund.state.status_reason
    reason = StatusReason(code=code, detail=refund.status_detail, facts=refund.status_facts)
    detail = detail_of(reason)
    if code == CONTRADICTED:
        return refund.status_detail in CONTRADICTION_DETAILS and detail is not None
    if code == MERGED and isinstance(detail, SameMovement):
        return status == Status.REVERSED and detail.refund_id in _others(stored, refund)
    if code == REFUNDED_AT_GATEWAY and isinstance(detail, AmountTaken):
        return status == Status.CANCELED and detail.taken_by in _others(stored, refund)
    if code == UNKNOWN_ERROR and isinstance(detail, CodeUnknown | CodeMissing):
        is_of_answer = last.type is EventType.REFUND_CONTRADICTED and isinstance(detail, CodeUnknown)
        return is_of_answer or any(failed_because("", raw_code) == reason for raw_code in _raw_codes(refund))
    return status == Status.FAILED and _is_detail_of_never_seen(refund)


def _is_earlier_text(refund: StoredRefund, code: str, text: str, last: Event) -> bool:
    """True if an older release may have stored this text for the refund."""
    if code == CONTRADICTED and text in earlier_texts.CONTRADICTED:
        return True
    if code == UNKNOWN_ERROR:
        is_of_answer = last.type is EventType.REFUND_CONTRADICTED and earlier_texts.is_of_any_code(text)
        if is_of_answer or text in map(earlier_texts.unknown_code, _raw_codes(refund)):
            return True
    return refund.state.status == Status.FAILED and _is_text_of_never_seen(refund)


def _others(stored: StoredPayment, refund: StoredRefund) -> tuple[str, ...]:
    return tuple(other.state.id for other in stored.refunds if other is not refund)


def _raw_codes(refund: StoredRefund) -> tuple[str, ...]:
    return "", *(attempt.error_raw for attempt in refund.attempts)


def _is_of_never_seen(refund: StoredRefund) -> bool:
    return _is_detail_of_never_seen(refund) or _is_text_of_never_seen(refund)


def _is_detail_of_never_seen(refund: StoredRefund) -> bool:
    reason = StatusReason(code=refund.state.status_reason, detail=refund.status_detail, facts=refund.status_facts)
    detail = detail_of(reason)
    return any(
        attempt.outcome in _NEVER_SEEN and detail in never_seen_details(attempt.tries, attempt.unsent)
        for attempt in refund.attempts
    )


def _is_text_of_never_seen(refund: StoredRefund) -> bool:
    return any(
        attempt.outcome in _NEVER_SEEN and refund.status_text in earlier_texts.never_seen(attempt.tries, attempt.unsent)
        for attempt in refund.attempts
    )


def may_lack_error(refund: StoredRefund, attempt: StoredAttempt, failed: Event, events: Sequence[Event]) -> bool:
    """True if the failed attempt may be stored without an error code.

    The gateway may have named no error, or no submission may have reached the gateway. Attempts with contradicting
    results and attempts of older releases may lack the code too.
    """
    is_contradicted = any(event.type is EventType.REFUND_CONTRADICTED for event in events)
    is_never_seen = attempt.outcome == FAILED_OTHERWISE[ResultKind.NOT_FOUND] or _is_of_never_seen(refund)
    return failed.code == UNKNOWN_ERROR or attempt.is_acknowledged is None or is_contradicted or is_never_seen


def are_violations_consistent(refund: StoredRefund) -> bool:
    """True if the violations of the refund fit its status.

    A refund that ended in `validation_failed` must have the code of its first violation as its reason. Every other
    refund must have no violations.
    """
    if refund.state.status != Status.VALIDATION_FAILED:
        return not refund.violations
    return bool(refund.violations) and refund.violations[0].code == refund.state.status_reason


def are_submissions_consistent(stored: StoredPayment, refund: StoredRefund, events: Sequence[Event]) -> bool:
    """True if the payment had enough writes for all submissions and status queries.

    The times of the submissions must also be in order.
    """
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
