"""Decides what happens if a gateway's result contradicts a refund's status.

A contradiction is recorded and emitted as an event, and a status query becomes due. Until the gateway answers that
query, other refunds cannot use the amount. If a success follows a failure, the amount is reserved again. If a failure
follows a success, the amount still counts as refunded. `result_recording` calls this module. All functions are pure.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.released_reservations import releasable_amount
from refunds.domain.attempt.result_context import ResultContext
from refunds.domain.attempt.retry_plan import failed_because, question_wait
from refunds.domain.payment.attempt import Attempt, with_doubt, with_id
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import (
    CONTRADICTED,
    Decision,
    NewEvent,
    Payment,
    Refund,
    Work,
    emit_events,
    with_attempt,
    with_refund,
)
from refunds.domain.payment.reason_details import (
    AmountGivenAway,
    EndlessContradiction,
    SuccessAfterFailure,
    reason_with,
)
from refunds.domain.payment.states import FINAL, Fact, Status, next_status

CONTRADICTIONS_MAX = 3
"""Maximum number of contradictions of one attempt. After more, the status does not change, and a person decides."""

FAILURE_REPORTED = "failed"
"""Outcome of an attempt that the gateway itself reported as failed."""

NOT_FOUND = "not_found"
"""Outcome of an attempt that failed because the gateway did not find it after the last submission."""

UNNAMED = "unnamed"
"""An open question about a completed refund without a gateway id. Another refund may record the same movement."""

STATUS_RESULTS = frozenset({ResultKind.SUCCEEDED, ResultKind.PENDING, ResultKind.FAILED})
"""Results that report the status of the refund itself. Only these results are ordered by the gateway's own time."""

_ASKED = reason_with(CONTRADICTED, SuccessAfterFailure())
_NO_ROOM = reason_with(CONTRADICTED, AmountGivenAway())
_ENDLESS = reason_with(CONTRADICTED, EndlessContradiction())

CONTRADICTION_DETAILS = frozenset(reason.detail for reason in (_ASKED, _NO_ROOM, _ENDLESS))
"""All details (`ReasonDetail`) that the reason CONTRADICTED can have."""


def is_older(attempt: Attempt, result: GatewayResult) -> bool:
    """True if the gateway's time of this result is before the time of the attempt's current outcome."""
    known, reported = attempt.outcome_at, result.occurred_at
    return result.kind in STATUS_RESULTS and known is not None and reported is not None and reported < known


def may_be_overtaken(attempt: Attempt, result: GatewayResult) -> bool:
    """True if the result answers a status query that was sent before the contradicting result came."""
    is_numbered = result.source is Source.QUERY and result.question is not None
    return attempt.is_in_question and is_numbered and result.question != attempt.asks


def denies_questioned_result(attempt: Attempt, result: GatewayResult) -> bool:
    """True if the result is the opposite of the result that the open status query asks about."""
    expected = attempt.doubts.question.replace(UNNAMED, ResultKind.SUCCEEDED.value)
    return result.kind in (ResultKind.SUCCEEDED, ResultKind.FAILED) and result.kind.value != expected


def contradicts(refund: Refund, attempt: Attempt, result: GatewayResult) -> bool:
    """True if the result contradicts the refund's final status.

    A pending result contradicts a failed refund, unless the gateway itself reported the failure.
    """
    if refund.status is Status.COMPLETED:
        return result.kind is ResultKind.FAILED
    if refund.status is Status.REVERSED:
        return result.kind is ResultKind.SUCCEEDED
    if refund.status is not Status.FAILED:
        return False
    is_late_pending = result.kind is ResultKind.PENDING and attempt.outcome != FAILURE_REPORTED
    return result.kind is ResultKind.SUCCEEDED or is_late_pending


def contradicted(context: ResultContext, result: GatewayResult) -> Decision:
    """Records a contradiction, and makes a status query due at once.

    If a success comes late and other refunds have used the amount, the status does not change. After CONTRADICTIONS_MAX
    contradictions, no further query is planned, and a person decides.
    """
    refund, attempt = context.refund, context.attempt
    if attempt.doubts.contradictions >= CONTRADICTIONS_MAX:
        return _given_up(context)
    status, reason = next_status(refund.status, Fact.CONTRADICTED), refund.status_reason
    if status is Status.UNKNOWN:
        is_enough_left = refund.amount <= context.payment.refundable_amount
        status, reason = (status, _ASKED) if is_enough_left else (refund.status, _NO_ROOM)
    known = with_id(attempt, result.gateway_refund_id, is_first=False)
    known = replace(known, is_acknowledged=True, outcome_at=result.occurred_at or attempt.outcome_at)
    if status is Status.UNKNOWN:
        known = replace(known, outcome="unknown", error_code="", error_raw="")
    reported = FAILURE_REPORTED if result.kind is ResultKind.FAILED else ResultKind.SUCCEEDED.value
    after = asked_about(replace(refund, status=status, status_reason=reason), attempt, known, reported, context.now)
    return _emit_contradiction(context, replace(after, arn=result.arn or refund.arn))


def denied_by_older_answer(context: ResultContext, result: GatewayResult) -> Decision | None:
    """Schedules the next status query after an answer that may be out of date.

    The gateway may have answered from a replica that lags. Each of these answers counts as one more contradiction.
    Returns None if there are now more than CONTRADICTIONS_MAX contradictions.
    """
    attempt = context.attempt
    count = attempt.doubts.contradictions + 1
    if count > CONTRADICTIONS_MAX:
        return None
    known = with_doubt(attempt, replace(attempt.doubts, contradictions=count))
    wait = timedelta(seconds=context.limits.gateway_status_ask_delay_s * 2**count)
    after = replace(with_attempt(context.refund, attempt, known), due_at=context.now + wait)
    return Decision(payment=with_refund(context.payment, context.refund, after), refund=after)


def asked_about_newest_result(attempt: Attempt, result: GatewayResult) -> Attempt:
    """Returns the attempt with an open question about this result. Answers to earlier queries no longer count."""
    known = with_doubt(attempt, replace(attempt.doubts, question=result.kind.value))
    return replace(known, asks=known.asks + 1, outcome_at=result.occurred_at or known.outcome_at)


def is_left_to_a_person(refund: Refund) -> bool:
    """True if a person has to decide about a contradiction, because no further status query is planned."""
    code = refund.status_reason.code if refund.status_reason is not None else ""
    is_asked = bool(refund.attempts) and refund.attempts[-1].is_in_question
    return code == CONTRADICTED and refund.status in FINAL and bool(refund.attempts) and not is_asked


def asked_about(refund: Refund, before: Attempt, known: Attempt, question: str, now: datetime) -> Refund:
    """Returns the refund with this question open and a status query due at once.

    The number of the next status query is skipped. So a late answer to a query that is already running does not count.
    """
    doubt = replace(known.doubts, question=question, contradictions=known.doubts.contradictions + 1)
    asked = with_attempt(refund, before, replace(with_doubt(known, doubt), asks=known.asks + 1))
    return replace(asked, due_at=now, due_for=Work.GATEWAY)


def answered(context: ResultContext, result: GatewayResult) -> Decision | None:
    """Applies the gateway's answer to the open question about a final refund.

    Returns None if the answer changes the refund's status. Then the caller applies the answer as an ordinary result.
    """
    payment, refund, attempt = context.payment, context.refund, context.attempt
    if result.kind not in (ResultKind.SUCCEEDED, ResultKind.FAILED):
        later = with_attempt(refund, attempt, _still_asked(attempt, result, context.now))
        later = replace(later, due_at=context.now + question_wait(attempt, context.limits))
        return Decision(payment=with_refund(payment, refund, later), refund=later)
    if is_confirmed(payment, refund, result):
        return None
    known = closed(with_id(attempt, result.gateway_refund_id, is_first=False), result)
    after = replace(with_attempt(refund, attempt, known), arn=result.arn or refund.arn, due_at=None, due_for=None)
    if result.kind is ResultKind.FAILED:
        code, raw = (result.code, result.raw_code) if result.code else (known.error_code, known.error_raw)
        after = replace(after, status_reason=failed_because(code, raw))
    elif refund.status is Status.COMPLETED:
        after = replace(after, status_reason=_ENDLESS if result.code == CONTRADICTED else None)
    if after.status_reason == refund.status_reason:
        return Decision(payment=with_refund(payment, refund, after), refund=after)
    return _emit_contradiction(context, after)


def is_confirmed(payment: Payment, refund: Refund, result: GatewayResult) -> bool:
    """True if the answer confirms the result that contradicted the refund's status.

    For a success, the amount must also be free, or become free when releasable reservations are released.
    """
    if refund.status is Status.COMPLETED:
        return result.kind is ResultKind.FAILED
    return result.kind is ResultKind.SUCCEEDED and refund.amount <= releasable_amount(payment)


def closed(attempt: Attempt, result: GatewayResult) -> Attempt:
    """Returns the attempt with its question removed, because the gateway has answered the question."""
    known = with_doubt(attempt, replace(attempt.doubts, question="", missing_since=None))
    return replace(known, outcome_at=result.occurred_at or attempt.outcome_at)


def _still_asked(attempt: Attempt, result: GatewayResult, now: datetime) -> Attempt:
    if result.kind is not ResultKind.NOT_FOUND:
        return attempt
    return with_doubt(attempt, replace(attempt.doubts, missing_since=attempt.doubts.missing_since or now))


def may_settle(attempt: Attempt, result: GatewayResult) -> bool:
    """True if this result may change the attempt.

    While a question about a contradiction is open, only an answer to a status query may change the attempt.
    """
    return not attempt.is_in_question or result.source is Source.QUERY


def _given_up(context: ResultContext) -> Decision:
    """Stops the status queries after CONTRADICTIONS_MAX contradictions. The status does not change.

    Emits an event, but only once.
    """
    if context.refund.status_reason == _ENDLESS:
        return Decision(payment=context.payment, refund=context.refund, replayed=True)
    return _emit_contradiction(context, replace(context.refund, status_reason=_ENDLESS))


def _emit_contradiction(context: ResultContext, after: Refund) -> Decision:
    """Returns the decision with one event, which reports that a contradiction began or ended.

    The code of the event is the code of the refund's new reason.
    """
    before, code = context.refund, after.status_reason.code if after.status_reason is not None else ""
    new_event = NewEvent(
        type=EventType.REFUND_CONTRADICTED, from_status=before.status.value, status=after.status.value, code=code
    )
    return emit_events(context.payment, before, after, (new_event,), at=context.now, actor=context.actor)
