"""Decides when a refund is next worked on after a gateway's result, and which reason its status has.

`result_recording` calls this module. All functions are pure.
"""

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TypedDict

from msgspec.structs import replace

from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind
from refunds.domain.attempt.result_context import ResultContext
from refunds.domain.attempt.retry_policy import backoff_min_s, sent_count, waits_until
from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.payment import Work
from refunds.domain.payment.reason_details import (
    CodeMissing,
    CodeUnknown,
    KeyTooOld,
    NoneAccepted,
    NoneAcceptedSomeUnsent,
    ReasonDetail,
    RefusedWithoutRecord,
    reason_with,
)
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.payment.status_reason import StatusReason
from refunds.domain.settings.refund_policy import Limits

QUERY_WAIT_FACTOR_MAX = 24
"""The longest wait between status queries, as a multiple of the first wait. The wait doubles each time."""

DOUBLINGS_MAX = 16
"""Maximum number of doublings that are computed. The wait reaches its limit before that."""

DOUBTFUL_QUERY_WAIT_MAX_S = 86_400
"""Longest wait between two status queries if the gateway contradicts itself or lost an acknowledged refund."""

RETRY_AFTER_MAX_S = 3600
"""Longest pause that a gateway can impose by its Retry-After header."""

RATE_LIMIT_SPREAD = 0.5
"""Largest extra wait of a rate-limited attempt, as a share of its wait. Extra waits differ to spread the retries."""

UNKNOWN_ERROR = "unknown_error"

NEVER_ARRIVED = "gateway_unavailable"
"""Reason of a refund that ended because no submission reached the gateway."""


class Plan(TypedDict):
    """The fields of a refund that a plan sets: the status reason, the next work, and the time of that work."""

    status_reason: StatusReason | None
    due_at: datetime | None
    due_for: Work | None


def plan(context: ResultContext, attempt: Attempt, status: Status, result: GatewayResult) -> Plan:
    """Returns the plan of a refund that gets the status `status`.

    A refund that stays in a final status keeps its plan. The reason changes only together with the status, because only
    a change of status emits an event. Lists, read models and auditors follow these events. `context` has the refund
    before the result, and `attempt` is the attempt after the result.
    """
    before, limits, now = context.refund, context.limits, context.now
    if status in FINAL:
        if status is before.status:
            return Plan(status_reason=before.status_reason, due_at=before.due_at, due_for=before.due_for)
        return Plan(status_reason=_end_reason(context, attempt, status, result), due_at=None, due_for=None)
    has_new_reason = status is not before.status and result.code != ""
    reason = StatusReason(code=result.code) if has_new_reason else before.status_reason
    due_at = now + _wait(status, attempt, result, limits)
    until = waits_until(attempt, limits) if status is Status.GATEWAY_ERROR else None
    if until is not None:
        due_at = max(now, min(due_at, until))
    return Plan(status_reason=reason, due_at=due_at, due_for=Work.GATEWAY)


def question_wait(attempt: Attempt, limits: Limits) -> timedelta:
    """Returns the wait before the next status query of a refund in doubt.

    The wait doubles with each query, up to a day.
    """
    slower = 2 ** min(attempt.asks, DOUBLINGS_MAX)
    return timedelta(seconds=min(limits.gateway_status_ask_delay_s * slower, DOUBTFUL_QUERY_WAIT_MAX_S))


def _end_reason(context: ResultContext, attempt: Attempt, status: Status, result: GatewayResult) -> StatusReason | None:
    """Returns the reason of a final status, which is None for COMPLETED.

    After the last retry, the reason has the gateway's last error.
    """
    if status is Status.COMPLETED:
        return None
    if result.kind is not ResultKind.NOT_FOUND:
        return failed_because(result.code, result.raw_code)
    before = context.refund.status_reason
    code = attempt.error_code or (before.code if before else "") or NEVER_ARRIVED
    return reason_with(code, _never_seen(replace(context, attempt=attempt)))


def failed_because(code: str, raw_code: str) -> StatusReason:
    """Returns the reason of a refund that its gateway ended.

    If this service does not know the code, the reason contains the gateway's own code.
    """
    if code not in ("", UNKNOWN_ERROR):
        return StatusReason(code=code)
    return reason_with(UNKNOWN_ERROR, CodeUnknown(raw_code=raw_code) if raw_code else CodeMissing())


def _never_seen(context: ResultContext) -> ReasonDetail:
    attempt = context.attempt
    if attempt.doubts.refused_submission == attempt.tries:
        return RefusedWithoutRecord()
    if context.is_key_too_old and sent_count(attempt) < context.limits.gateway_attempts_max:
        return KeyTooOld()
    return _none_accepted(attempt.tries, attempt.unsent)


def never_seen_details(tries: int, unsent: int) -> tuple[ReasonDetail, ...]:
    """Returns all details that the reason may have if the gateway does not know the refund.

    `tries` is the number of submissions, and `unsent` is the number of those that did not arrive.
    """
    return RefusedWithoutRecord(), KeyTooOld(), _none_accepted(tries, unsent)


def _none_accepted(tries: int, unsent: int) -> ReasonDetail:
    if unsent:
        return NoneAcceptedSomeUnsent(submissions=tries, unsent=unsent)
    return NoneAccepted(submissions=tries)


def _wait(status: Status, attempt: Attempt, result: GatewayResult, limits: Limits) -> timedelta:
    if status in (Status.GATEWAY_PENDING, Status.UNKNOWN):
        return _query_wait(status, attempt, limits)
    if result.kind is ResultKind.NOT_FOUND:
        return timedelta()  # the gateway does not know the attempt: it is submitted again at once
    if result.code == "rate_limited":
        asked_s = min(result.retry_after_s or limits.gateway_rate_limit_delay_s, RETRY_AFTER_MAX_S)
        asked_s = max(asked_s, backoff_min_s(attempt))
        return timedelta(milliseconds=int(1000 * asked_s * (1 + RATE_LIMIT_SPREAD * _share(attempt))))
    if sent_count(attempt) >= limits.gateway_attempts_max:
        return _query_wait(Status.UNKNOWN, attempt, limits)
    delays = limits.gateway_retry_delays_s
    return timedelta(seconds=max(delays[min(attempt.tries, len(delays)) - 1], backoff_min_s(attempt)))


def _query_wait(status: Status, attempt: Attempt, limits: Limits) -> timedelta:
    slower = min(2 ** min(attempt.asks, DOUBLINGS_MAX), QUERY_WAIT_FACTOR_MAX)
    if status is Status.GATEWAY_PENDING:
        return timedelta(seconds=limits.gateway_pending_ask_delay_s * slower)
    if attempt.is_in_question or attempt.doubts.missing_since is not None:
        return question_wait(attempt, limits)
    return timedelta(seconds=limits.gateway_status_ask_delay_s * slower)


def _share(attempt: Attempt) -> float:
    """Returns a number from 0 to below 1, which spreads the retries of different refunds over time.

    The number is a hash of the attempt's id and its number of submissions.
    """
    return int.from_bytes(blake2b(f"{attempt.id}:{attempt.tries}".encode(), digest_size=2).digest()) / 65_536
