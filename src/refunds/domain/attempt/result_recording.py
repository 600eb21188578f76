"""Applies a gateway's result to a refund. A submission, a webhook or a status query may bring the result.

Only a gateway's result ends an attempt, because no outcome is assumed. After a gateway has acknowledged an attempt, the
attempt is never submitted again, whatever results follow. All functions are pure. Limits, gateway profile and time are
parameters.
"""

from datetime import datetime

from msgspec.structs import replace

from refunds.domain.attempt.conflicting_results import (
    FAILURE_REPORTED,
    NOT_FOUND,
    STATUS_RESULTS,
    answered,
    asked_about_newest_result,
    closed,
    contradicted,
    contradicts,
    denied_by_older_answer,
    denies_questioned_result,
    is_older,
    may_be_overtaken,
    may_settle,
)
from refunds.domain.attempt.duplicate_movements import find_attempt, is_external, merged, owner_of, with_results_of_twin
from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source, in_our_time
from refunds.domain.attempt.released_reservations import with_room
from refunds.domain.attempt.result_context import ResultContext
from refunds.domain.attempt.retry_plan import RETRY_AFTER_MAX_S, UNKNOWN_ERROR, plan
from refunds.domain.attempt.retry_policy import is_exhausted, next_step, record_unsent, sent_count
from refunds.domain.attempt.submission import begin_step, check_approved
from refunds.domain.invalid_input import ResultOfOtherAmount
from refunds.domain.payment.attempt import Attempt, GatewayStep, with_doubt, with_id
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import (
    CONTRADICTED,
    Decision,
    NewEvent,
    Payment,
    Refund,
    emit_events,
    with_attempt,
    with_refund,
)
from refunds.domain.payment.states import FINAL, Fact, Status, next_status
from refunds.domain.settings.refund_policy import Limits

__all__ = [
    "FAILED_OTHERWISE",
    "FAILURE_REPORTED",
    "OUTCOMES",
    "RETRY_AFTER_MAX_S",
    "UNKNOWN_ERROR",
    "GatewayResult",
    "GatewayStep",
    "ResultKind",
    "Source",
    "begin_step",
    "check_approved",
    "is_of",
    "next_step",
    "record_gateway_result",
]

_FACTS: dict[ResultKind, Fact] = {
    ResultKind.SUCCEEDED: Fact.GATEWAY_SUCCEEDED,
    ResultKind.PENDING: Fact.GATEWAY_PENDING,
    ResultKind.REFUSED: Fact.GATEWAY_REFUSED,
    ResultKind.FAILED: Fact.GATEWAY_FAILED,
    ResultKind.UNAVAILABLE: Fact.GATEWAY_UNAVAILABLE,
    ResultKind.UNKNOWN: Fact.OUTCOME_UNKNOWN,
}

_EVENTS: dict[Status, EventType] = {
    Status.COMPLETED: EventType.REFUND_COMPLETED,
    Status.FAILED: EventType.REFUND_FAILED,
    Status.REVERSED: EventType.REFUND_REVERSED,
    Status.GATEWAY_PENDING: EventType.REFUND_GATEWAY_PENDING,
    Status.GATEWAY_ERROR: EventType.REFUND_GATEWAY_ERROR,
    Status.UNKNOWN: EventType.REFUND_OUTCOME_UNKNOWN,
}

OUTCOMES: dict[Status, str] = {
    Status.COMPLETED: "succeeded",
    Status.FAILED: FAILURE_REPORTED,
    Status.REVERSED: "reversed",
    Status.GATEWAY_PENDING: "pending",
    Status.UNKNOWN: "unknown",
    Status.GATEWAY_ERROR: "retrying",
}

FAILED_OTHERWISE: dict[ResultKind, str] = {ResultKind.REFUSED: "refused", ResultKind.NOT_FOUND: NOT_FOUND}

_MAY_BE_OUR_OWN = frozenset({"already_refunded", "amount_exceeds_remaining"})
"""Error codes for too little money. An earlier submission of the same attempt may have taken the money."""


def record_gateway_result(
    payment: Payment,
    attempt_id: str,
    result: GatewayResult,
    limits: Limits,
    now: datetime,
    actor: str,
    profile: GatewayProfile | None = None,
) -> Decision:
    """Returns the decision on a gateway's result for one attempt. A repeated result changes nothing.

    If the result has a gateway id that another refund of this service has, the decision is about that other refund.
    Raises AttemptNotOfPayment if the payment lacks the attempt. Raises ResultOfOtherAmount if the amount or currency of
    the result differs from the refund.
    """
    refund, attempt = find_attempt(payment, attempt_id)
    result = in_our_time(result, now)
    if not result.is_sent and attempt.error_code:
        result = replace(result, code=attempt.error_code, raw_code=attempt.error_raw)
    owner = owner_of(payment, result.gateway_refund_id)
    is_named_owner = owner is None or attempt.has_id(result.gateway_refund_id)
    if owner is not None and not is_named_owner and not is_external(owner[0]):
        (refund, attempt), is_named_owner = owner, True
    _check_is_of(payment, refund, result)
    context = ResultContext(
        payment=payment, refund=refund, attempt=attempt, limits=limits, profile=profile, now=now, actor=actor
    )
    return _recorded(context, result) if owner is None or is_named_owner else _merged(context, owner[0], result)


def _merged(context: ResultContext, twin: Refund, result: GatewayResult) -> Decision:
    """Merges the external refund `twin` into the refund that the result names, and records the result."""
    whole = replace(context, payment=merged(context.payment, twin, context.refund, context.now, context.actor))
    result = with_results_of_twin(twin, context.refund, result)
    decision = _recorded(whole, result)
    if result.kind is not ResultKind.UNKNOWN or decision.refund.due_at is None:
        return replace(decision, replayed=False)
    refund = replace(decision.refund, due_at=context.now)
    return Decision(payment=with_refund(decision.payment, decision.refund, refund), refund=refund)


def _recorded(context: ResultContext, result: GatewayResult) -> Decision:
    attempt = context.attempt
    if may_be_overtaken(attempt, result):
        return _noted(context, result)
    if attempt.is_in_question and result.source is Source.QUERY:
        return _answered(context, result)
    if _adds_nothing(attempt, result):
        return _noted(context, result)
    if contradicts(context.refund, attempt, result):
        return contradicted(context, result)
    return _settled(context, result)


def _answered(context: ResultContext, result: GatewayResult) -> Decision:
    """Applies the answer to the last status query about a contradiction."""
    if is_older(context.attempt, result):
        if result.kind is ResultKind.PENDING:
            result = replace(result, kind=ResultKind.UNKNOWN)
        elif denies_questioned_result(context.attempt, result):
            asked_again = denied_by_older_answer(context, result)
            if asked_again is not None:
                return asked_again
            result = replace(result, code=CONTRADICTED, raw_code="")
    if context.is_final_and_asked:
        return answered(context, result) or _settled(_with_room(context), result)
    return _noted(context, result) if _is_overtaken(context.attempt, result) else _settled(context, result)


def _with_room(context: ResultContext) -> ResultContext:
    """Returns the context with the refund's amount made free, unless the refund is completed."""
    if context.refund.status is Status.COMPLETED:
        return context
    payment = with_room(context.payment, context.refund.amount, context.refund.id, context.now, context.actor)
    return replace(context, payment=payment)


def _adds_nothing(attempt: Attempt, result: GatewayResult) -> bool:
    """True if the result is outdated, or if only the answer to a status query counts and this is another result."""
    if not may_settle(attempt, result) or _is_overtaken(attempt, result):
        return True
    return is_older(attempt, result) and result.source is not Source.QUERY


def _is_newer_notification(attempt: Attempt, result: GatewayResult) -> bool:
    """True if the result came by webhook or submission and is not older than the attempt's outcome."""
    return result.source is not Source.QUERY and not is_older(attempt, result)


def _settled(context: ResultContext, result: GatewayResult) -> Decision:
    """Sets the refund to the status that the table of states gives for this result."""
    refund, attempt = context.refund, context.attempt
    status = next_status(refund.status, _fact_of(context, result))
    known = _known(_waited(attempt, status, result, context.now), refund.status, status, result, context.now)
    after = replace(
        with_attempt(refund, attempt, known),
        status=status,
        arn=result.arn or refund.arn,
        **plan(context, known, status, result),
    )
    if after == refund:
        return Decision(payment=context.payment, refund=refund, replayed=True)
    if after.status is refund.status:
        return Decision(payment=with_refund(context.payment, refund, after), refund=after)
    code = result.code
    if after.status is Status.FAILED and after.status_reason is not None:
        code = after.status_reason.code
    new_event = NewEvent(
        type=_EVENTS[after.status], from_status=refund.status.value, status=after.status.value, code=code
    )
    return emit_events(context.payment, refund, after, (new_event,), at=context.now, actor=context.actor)


def is_of(payment: Payment, refund: Refund, result: GatewayResult) -> bool:
    """True if the result has the refund's amount and currency. A missing amount or currency also counts as equal."""
    return result.amount in (None, refund.amount) and result.currency in ("", payment.currency)


def _check_is_of(payment: Payment, refund: Refund, result: GatewayResult) -> None:
    if not is_of(payment, refund, result):
        raise ResultOfOtherAmount(
            amount=refund.amount,
            currency=payment.currency,
            reported_amount=result.amount,
            reported_currency=result.currency,
        )


def _is_overtaken(attempt: Attempt, result: GatewayResult) -> bool:
    """True if the result only shows that an earlier submission did not arrive."""
    is_empty = result.kind in (ResultKind.UNAVAILABLE, ResultKind.NOT_FOUND)
    return is_empty and result.submission is not None and result.submission < attempt.tries


def _noted(context: ResultContext, result: GatewayResult) -> Decision:
    """Stores the ids of the result. Counts a submission that never arrived as unsent. The status does not change."""
    refund, known = context.refund, with_id(context.attempt, result.gateway_refund_id, is_first=False)
    if result.kind in STATUS_RESULTS or result.gateway_refund_id:
        known = replace(known, is_acknowledged=True)
    if known.is_in_question and denies_questioned_result(known, result) and _is_newer_notification(known, result):
        known = asked_about_newest_result(known, result)
    if result.kind is ResultKind.UNAVAILABLE and refund.status in (Status.PROCESSING, Status.GATEWAY_ERROR):
        known = replace(known, unsent=min(known.unsent + 1, known.tries - 1))
    after = replace(with_attempt(refund, context.attempt, known), arn=refund.arn or result.arn)
    if after == refund:
        return Decision(payment=context.payment, refund=refund, replayed=True)
    return Decision(payment=with_refund(context.payment, refund, after), refund=after)


def _fact_of(context: ResultContext, result: GatewayResult) -> Fact:
    if result.kind is ResultKind.NOT_FOUND:
        return _fact_of_not_found(context)
    if result.kind is ResultKind.REFUSED and _may_have_moved(context.attempt, result):
        return Fact.OUTCOME_UNKNOWN
    if result.kind is ResultKind.UNAVAILABLE and context.refund.status is Status.UNKNOWN:
        return Fact.OUTCOME_UNKNOWN
    return _FACTS[result.kind]


def _fact_of_not_found(context: ResultContext) -> Fact:
    """Returns the fact to apply if the gateway does not know the attempt."""
    attempt = context.attempt
    if attempt.was_acknowledged or context.refund.status in (Status.GATEWAY_PENDING, Status.PROCESSING):
        return Fact.OUTCOME_UNKNOWN
    if attempt.doubts.refused_submission == attempt.tries:
        return Fact.GATEWAY_REFUSED
    if is_exhausted(attempt, context.limits, context.now) or context.is_key_too_old:
        return Fact.RETRIES_EXHAUSTED
    return Fact.GATEWAY_UNAVAILABLE


def _may_have_moved(attempt: Attempt, result: GatewayResult) -> bool:
    """True if money may have moved although the gateway refused a submission."""
    if result.code == "already_refunded" or attempt.was_acknowledged or sent_count(attempt) > 1:
        return True
    return result.code == "amount_exceeds_remaining" and attempt.tries > 1


def _known(attempt: Attempt, before: Status, after: Status, result: GatewayResult, now: datetime) -> Attempt:
    """Returns the attempt with the data of the result added. A repeated result does not replace a final outcome."""
    is_repeat = after is before and after in FINAL
    known = with_id(attempt, result.gateway_refund_id, is_first=not is_repeat)
    known = known if is_repeat or after is Status.FAILED else _with_doubt(known, result, now)
    is_status = result.kind in STATUS_RESULTS
    if is_status and known.doubt is not None:
        known = closed(known, result)
    if is_status and known.unsent >= known.tries:
        known = replace(known, unsent=known.tries - 1)  # the gateway has it: one submission arrived
    is_acknowledged = known.is_acknowledged or is_status or result.gateway_refund_id != ""
    outcome_at = (result.occurred_at if is_status else None) or known.outcome_at
    if is_repeat:
        is_failure_reported = after is Status.FAILED and result.kind is ResultKind.FAILED
        outcome = FAILURE_REPORTED if is_failure_reported else known.outcome
        return replace(known, outcome=outcome, is_acknowledged=is_acknowledged, outcome_at=outcome_at)
    outcome = FAILED_OTHERWISE.get(result.kind, FAILURE_REPORTED) if after is Status.FAILED else OUTCOMES[after]
    error = ("", "") if after is Status.COMPLETED else (result.code, result.raw_code)
    if result.kind is ResultKind.NOT_FOUND:
        error = (attempt.error_code, attempt.error_raw)
    return replace(
        known,
        outcome=outcome,
        error_code=error[0],
        error_raw=error[1],
        is_acknowledged=is_acknowledged,
        outcome_at=outcome_at,
    )


def _with_doubt(attempt: Attempt, result: GatewayResult, now: datetime) -> Attempt:
    if result.kind is ResultKind.NOT_FOUND and attempt.was_acknowledged:
        return with_doubt(attempt, replace(attempt.doubts, missing_since=attempt.doubts.missing_since or now))
    if result.kind is ResultKind.REFUSED and result.code not in _MAY_BE_OUR_OWN and not attempt.was_acknowledged:
        answered_submission = attempt.tries if result.submission is None else result.submission
        return with_doubt(attempt, replace(attempt.doubts, refused_submission=answered_submission))
    return attempt


def _waited(attempt: Attempt, status: Status, result: GatewayResult, now: datetime) -> Attempt:
    """Returns the attempt with `unsent_since` (when the gateway became unreachable) set or cleared."""
    if result.kind is ResultKind.UNAVAILABLE:
        is_unsent = status is Status.GATEWAY_ERROR
        return record_unsent(attempt, now, is_called=result.is_sent) if is_unsent else attempt
    if attempt.unsent_since is None or result.kind is ResultKind.UNKNOWN:
        return attempt
    return replace(attempt, unsent_since=None)
