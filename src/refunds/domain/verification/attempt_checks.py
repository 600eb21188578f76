"""Checks the submissions, the `doubt` and the times of a stored attempt.

The fields are compared with the refund's history and with each other. Verification calls this module. The most
important fields decide whether there is another submission or status query. Fields that cannot be derived from other
fields or events are not checked. docs/architecture.md lists the unchecked fields. The module does no I/O.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from refunds.domain.attempt.conflicting_results import FAILURE_REPORTED
from refunds.domain.attempt.gateway_result import CLOCK_AHEAD_MAX, ResultKind
from refunds.domain.attempt.result_recording import FAILED_OTHERWISE
from refunds.domain.finding import Finding
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.payment import EXTERNAL_KEY_PREFIX
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.verification.history_findings import ArnOfUnsent, ArnWithoutMovement, AttemptDiffers
from refunds.domain.verification.payment_snapshot import StoredAttempt, StoredDoubt, StoredRefund

_ACKNOWLEDGES = frozenset(
    {
        EventType.REFUND_GATEWAY_PENDING,
        EventType.REFUND_COMPLETED,
        EventType.REFUND_REVERSED,
        EventType.EXTERNAL_REFUND_RECORDED,
        EventType.REFUND_CONTRADICTED,
    }
)
"""Event types that prove that the gateway has the refund."""

REFUSED = FAILED_OTHERWISE[ResultKind.REFUSED]

_ARRIVED = frozenset({"pending", "succeeded", "reversed"})
"""Outcomes that prove that at least one submission reached the gateway."""

_ASKS = frozenset({EventType.REFUND_CONTRADICTED, EventType.REFUND_TAKEN_UP})


def attempt_mismatches(refund: StoredRefund, events: Sequence[Event], now: datetime) -> Iterator[Finding]:
    """Yields a finding for each field of the refund's attempt that does not fit the events or other fields.

    If `events` are only the latest part of the history, fields that depend on earlier events are not checked.
    """
    if len(refund.attempts) != 1:
        if refund.arn and not refund.attempts:
            yield ArnOfUnsent(refund_id=refund.state.id)
        return
    attempt, doubt = refund.attempts[0], refund.attempts[0].doubt or StoredDoubt()
    whole = events if len(events) == refund.history_count else None
    types = None if whole is None else {event.type for event in whole}
    for what, is_right in (
        ("is_acknowledged", types is None or attempt.is_acknowledged is not False or not types & _ACKNOWLEDGES),
        ("unsent", _is_unsent_consistent(refund, attempt, types)),
        ("unsent_since", attempt.unsent_since is None or (attempt.unsent >= 1 and attempt.unsent_since <= now)),
        ("outcome_at", attempt.outcome_at is None or attempt.outcome_at <= now + CLOCK_AHEAD_MAX),
        ("question", _is_question_consistent(refund, doubt, types)),
        ("contradictions", _are_contradictions_consistent(attempt, doubt, types)),
        ("missing_since", _is_missing_consistent(refund, attempt, doubt, now)),
        ("refused_submission", doubt.refused_submission == 0 or 2 <= attempt.tries >= doubt.refused_submission > 0),
        ("other_ids", not doubt.other_ids or attempt.gateway_refund_id != ""),
        ("gateway_refund_id", _is_external_id_consistent(refund, attempt)),
        ("error_raw", attempt.error_raw == "" or attempt.error_code != ""),
        ("outcome", _is_end_consistent(attempt, whole)),
    ):
        if not is_right:
            yield AttemptDiffers(refund_id=refund.state.id, field=what)
    if refund.arn and not _may_have_arn(attempt, types):
        yield ArnWithoutMovement(refund_id=refund.state.id)


def _is_end_consistent(attempt: StoredAttempt, events: Sequence[Event] | None) -> bool:
    """True if the outcome of the attempt fits its acknowledgement.

    A failed attempt must be acknowledged. A refused attempt must not be acknowledged before the refusal. Attempts of
    older releases are not checked, because these releases could record a refusal after the acknowledgement.
    """
    if attempt.is_acknowledged is None:
        return True
    if attempt.outcome == FAILURE_REPORTED:
        return attempt.is_acknowledged
    if attempt.outcome != REFUSED or events is None:
        return True
    ends = [index for index, event in enumerate(events) if event.type is EventType.REFUND_FAILED]
    if any(event.type in _ACKNOWLEDGES for event in events[: ends[-1] if ends else 0]):
        return False
    is_acknowledged_later = any(event.type in _ACKNOWLEDGES for event in events)
    return not attempt.is_acknowledged or is_acknowledged_later or bool(attempt.gateway_ids)


def _may_have_arn(attempt: StoredAttempt, types: set[EventType] | None) -> bool:
    """True if the attempt may have an ARN.

    An attempt has no ARN if the gateway never acknowledged the refund. An attempt also has no ARN if the gateway
    refused the submission and reported nothing else.
    """
    if attempt.outcome == REFUSED:
        return types is None or bool(types & _ACKNOWLEDGES)
    return attempt.is_acknowledged is not False


def _is_unsent_consistent(refund: StoredRefund, attempt: StoredAttempt, types: set[EventType] | None) -> bool:
    """True if the number of submissions that never reached the gateway is plausible.

    The service repeats these submissions. The age of the idempotency key counts from the last submission, until a
    submission may have reached the gateway.
    """
    if attempt.unsent == 0:
        return True
    if attempt.outcome in _ARRIVED and attempt.unsent >= attempt.tries:
        return False
    if attempt.unsent == attempt.tries and attempt.first_sent_at not in (None, attempt.at):
        return False
    is_first = attempt.tries == 1 and refund.state.status != Status.PROCESSING
    return not is_first or types is None or EventType.REFUND_GATEWAY_ERROR in types


def _is_external_id_consistent(refund: StoredRefund, attempt: StoredAttempt) -> bool:
    """True if an external refund has the gateway id that its idempotency key contains.

    Refunds of other kinds are not checked. A merged external refund is not checked either, because it gave its id to
    another refund.
    """
    key = refund.idempotency_key
    if not key.startswith(EXTERNAL_KEY_PREFIX) or refund.state.status != Status.COMPLETED:
        return True
    return key.removeprefix(f"{EXTERNAL_KEY_PREFIX}{attempt.gateway}:") in attempt.gateway_ids


def _is_question_consistent(refund: StoredRefund, doubt: StoredDoubt, types: set[EventType] | None) -> bool:
    status = refund.state.status
    if not doubt.question:
        return True
    if status != Status.UNKNOWN and status not in FINAL:
        return False
    return status == Status.COMPLETED or types is None or bool(types & _ASKS)


def _are_contradictions_consistent(attempt: StoredAttempt, doubt: StoredDoubt, types: set[EventType] | None) -> bool:
    """True if an event, an open question or a status query explains the counted contradictions."""
    if doubt.contradictions == 0 or doubt.question or attempt.asks > 0:
        return doubt.contradictions >= 0
    return types is None or EventType.REFUND_CONTRADICTED in types


def _is_missing_consistent(refund: StoredRefund, attempt: StoredAttempt, doubt: StoredDoubt, now: datetime) -> bool:
    """True if the time `missing_since` of the attempt is plausible.

    `missing_since` is when the gateway first answered that it does not know the attempt. Only an acknowledged attempt
    with an open outcome may have this time.
    """
    if doubt.missing_since is None:
        return True
    is_awaited = refund.state.status == Status.UNKNOWN or doubt.question != ""
    return is_awaited and attempt.is_acknowledged is not False and doubt.missing_since <= now
