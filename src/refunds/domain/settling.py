"""Decisions on what gateways do and say: begin a try, record a result, plan the next question or retry.

All three ways of learning a result (the answer, the webhook, the question) end in `record_gateway_result`. Nothing
here assumes an outcome: only a gateway's word ends an attempt. Pure: limits and the moment are handed in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import TypedDict

from refunds.domain.errors import ApprovalsMissing, InvalidInput
from refunds.domain.events import EventType
from refunds.domain.limits import Limits
from refunds.domain.patience import is_spent, not_sent, pause_min_s, tries_sent, waits_until
from refunds.domain.payment import (
    CONTRADICTED,
    Attempt,
    Decision,
    Payment,
    Reason,
    Refund,
    Told,
    Work,
    told,
    with_refund,
)
from refunds.domain.replacing import replace
from refunds.domain.states import FINAL, Fact, Status, next_status


class ResultKind(StrEnum):
    """What a gateway said, or that it said nothing."""

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    REFUSED = "refused"
    """The answer to a submission: this try moved nothing and never will."""
    FAILED = "failed"
    """Said of the refund itself, by webhook or status: it failed, also after it had succeeded."""
    UNAVAILABLE = "unavailable"
    """The try did not reach the gateway's books for certain (no connection, rate limited)."""
    LOST = "lost"
    """Asked, no answer: the money may have moved."""
    NOT_FOUND = "not_found"
    """Asked for the outcome: the gateway has never seen this attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayResult:
    """A gateway's word on one attempt. `amount` in minor units and `currency` where the gateway told them.

    Without `is_sent` it is our own word: the gateway was not even called.
    """

    kind: ResultKind
    gateway_refund_id: str = ""
    arn: str = ""
    code: str = ""
    raw_code: str = ""
    amount: int | None = None
    retry_after_s: int | None = None
    currency: str = ""
    is_sent: bool = True


_FACTS: dict[ResultKind, Fact] = {
    ResultKind.SUCCEEDED: Fact.GATEWAY_SUCCEEDED,
    ResultKind.PENDING: Fact.GATEWAY_ACCEPTED,
    ResultKind.REFUSED: Fact.GATEWAY_REFUSED,
    ResultKind.FAILED: Fact.GATEWAY_FAILED,
    ResultKind.UNAVAILABLE: Fact.GATEWAY_UNAVAILABLE,
    ResultKind.LOST: Fact.OUTCOME_LOST,
}

_EVENTS: dict[Status, EventType] = {
    Status.COMPLETED: EventType.REFUND_COMPLETED,
    Status.FAILED: EventType.REFUND_FAILED,
    Status.REVERSED: EventType.REFUND_REVERSED,
    Status.GATEWAY_PENDING: EventType.REFUND_GATEWAY_PENDING,
    Status.GATEWAY_ERROR: EventType.REFUND_GATEWAY_ERROR,
    Status.UNKNOWN: EventType.REFUND_OUTCOME_UNKNOWN,
}

TOLD_FAILED = "failed"
"""Outcome of an attempt that the gateway itself told of as failed: its last word, whatever arrives late."""

OUTCOMES: dict[Status, str] = {
    Status.COMPLETED: "succeeded",
    Status.FAILED: TOLD_FAILED,
    Status.REVERSED: "reversed",
    Status.GATEWAY_PENDING: "pending",
    Status.UNKNOWN: "unknown",
    Status.GATEWAY_ERROR: "retrying",
}

FAILED_OTHERWISE: dict[ResultKind, str] = {ResultKind.REFUSED: "refused", ResultKind.NOT_FOUND: "not_found"}

PENDING_ASK_FACTOR_MAX = 24
"""Questions for a pending or unknown refund come ever more slowly, up to this many times the first wait."""

UNKNOWN_ERROR = "unknown_error"

NEVER_ARRIVED = "gateway_unavailable"
"""Why a refund ended whose every try was lost on the way and never answered with a reason."""

RETRY_AFTER_MAX_S = 3600
"""A gateway that asks for a longer pause is tried again after this one."""


RATE_LIMIT_SPREAD = 0.5
"""Up to so much longer than asked, each its own: all who were sent away together would come back together."""


class Step(StrEnum):
    """What a due refund needs of its gateway."""

    SUBMIT = "submit"
    ASK = "ask"


def next_step(refund: Refund, limits: Limits) -> Step:
    """Submitting again (under the same key) is right only where nothing can have moved or the gateway was asked."""
    if refund.status is Status.PROCESSING:
        return Step.SUBMIT
    if refund.status is not Status.GATEWAY_ERROR or refund.due_at is None:
        return Step.ASK
    return Step.ASK if is_spent(refund.attempts[-1], limits, refund.due_at) else Step.SUBMIT


def check_approved(refund: Refund) -> None:
    """ApprovalsMissing where it must not be sent, whatever its status says: nothing made it ready by the rules."""
    if refund.lacks_approvals:
        raise ApprovalsMissing(id=refund.id)


def begin_try(payment: Payment, refund_id: str, limits: Limits, now: datetime) -> Decision:
    """Takes a due refund for one worker until the lease ends; `replayed` where it is not due any more.

    ApprovalsMissing where it would be sent without them; asking what became of it is always right.
    """
    refund = payment.refund(refund_id)
    if refund.due_for is not Work.GATEWAY or refund.due_at is None or refund.due_at > now:
        return Decision(payment=payment, refund=refund, replayed=True)
    attempt = refund.attempts[-1]
    if next_step(refund, limits) is Step.SUBMIT:
        check_approved(refund)
        is_last = tries_sent(attempt) >= limits.gateway_attempts_max
        attempt = replace(attempt, tries=attempt.tries if is_last else attempt.tries + 1, at=now)
    else:
        attempt = replace(attempt, asks=attempt.asks + 1)
    taken = replace(
        refund,
        attempts=(*refund.attempts[:-1], attempt),
        due_at=now + timedelta(seconds=limits.gateway_lease_s),
    )
    return Decision(payment=with_refund(payment, refund, taken), refund=taken)


def record_gateway_result(
    payment: Payment, attempt_id: str, result: GatewayResult, limits: Limits, now: datetime, actor: str
) -> Decision:
    """The refund after a gateway's word on one of its attempts; a repeat changes nothing."""
    refund, attempt = _attempt_of(payment, attempt_id, result.gateway_refund_id)
    if not result.is_sent and attempt.error_code:
        result = replace(result, code=attempt.error_code, raw_code=attempt.error_raw)
    if not is_of(payment, refund, result):
        rule = f"the refund is {refund.amount} {payment.currency}, not {result.amount} {result.currency}"
        raise InvalidInput(pointer="/data/amount", rule=rule)
    if result.kind is ResultKind.SUCCEEDED and _is_overtaken(refund, attempt):
        return Decision(payment=payment, refund=refund, replayed=True)
    fact = _fact_of(refund, attempt, result, limits, now)
    status = next_status(refund.status, fact)
    if status is Status.COMPLETED and refund.status is Status.FAILED and refund.amount > payment.refundable_amount:
        return _contradicted(payment, refund, attempt, result, now, actor)
    known = _known(_waited(attempt, status, result, now), refund.status, status, result)
    after = replace(
        refund,
        status=status,
        attempts=tuple(known if a is attempt else a for a in refund.attempts),
        arn=result.arn or refund.arn,
        **_plan(refund, status, known, result, limits, now),
    )
    if after == refund:
        return Decision(payment=payment, refund=refund, replayed=True)
    if after.status is refund.status:
        return Decision(payment=with_refund(payment, refund, after), refund=after)
    code = result.code
    if after.status is Status.FAILED and after.status_reason is not None:
        code = after.status_reason.code
    news = Told(type=_EVENTS[after.status], from_status=refund.status.value, status=after.status.value, code=code)
    return told(payment, refund, after, (news,), at=now, actor=actor)


def is_of(payment: Payment, refund: Refund, result: GatewayResult) -> bool:
    """Whether a word can be of this refund: it tells of no other amount and no other currency."""
    return result.amount in (None, refund.amount) and result.currency in ("", payment.currency)


def _attempt_of(payment: Payment, attempt_id: str, gateway_refund_id: str) -> tuple[Refund, Attempt]:
    """The attempt of that id, or the one under which the gateway's movement is counted already."""
    known = [(refund, attempt) for refund in payment.refunds for attempt in refund.attempts]
    named = next((pair for pair in known if pair[1].id == attempt_id), None)
    if named is None:
        raise InvalidInput(pointer="/data/reference", rule="no attempt of this payment has this reference")
    if gateway_refund_id == "" or named[1].gateway_refund_id == gateway_refund_id:
        return named
    return next((pair for pair in known if pair[1].gateway_refund_id == gateway_refund_id), named)


def _is_overtaken(refund: Refund, attempt: Attempt) -> bool:
    """Whether a success is an old word that arrives late: the gateway told of the failure before."""
    return refund.status is Status.FAILED and attempt.outcome == TOLD_FAILED


def _fact_of(refund: Refund, attempt: Attempt, result: GatewayResult, limits: Limits, now: datetime) -> Fact:
    if result.kind is ResultKind.NOT_FOUND:
        if refund.status in (Status.GATEWAY_PENDING, Status.PROCESSING):
            return Fact.OUTCOME_LOST
        if is_spent(attempt, limits, now):
            return Fact.RETRIES_EXHAUSTED
        return Fact.GATEWAY_UNAVAILABLE
    if result.kind is ResultKind.REFUSED and _may_have_moved(attempt, result):
        return Fact.OUTCOME_LOST
    if result.kind is ResultKind.UNAVAILABLE and refund.status is Status.UNKNOWN:
        return Fact.OUTCOME_LOST
    return _FACTS[result.kind]


def _may_have_moved(attempt: Attempt, result: GatewayResult) -> bool:
    """A refusal because the money is gone may speak of an earlier try's own movement: it is asked for."""
    if result.code == "already_refunded":
        return True
    return result.code == "amount_exceeds_remaining" and attempt.tries > 1


def _known(attempt: Attempt, before: Status, after: Status, result: GatewayResult) -> Attempt:
    """The attempt with what is now known of it; a final outcome is not written over by a repeat.

    But the gateway's own word that it failed stands from then on against any older success.
    """
    if after is before and after in FINAL:
        is_told = after is Status.FAILED and result.kind is ResultKind.FAILED
        return replace(
            attempt,
            outcome=TOLD_FAILED if is_told else attempt.outcome,
            gateway_refund_id=attempt.gateway_refund_id or result.gateway_refund_id,
        )
    is_good = after is Status.COMPLETED
    outcome = FAILED_OTHERWISE.get(result.kind, TOLD_FAILED) if after is Status.FAILED else OUTCOMES[after]
    error = ("", "") if is_good else (result.code, result.raw_code)
    if result.kind is ResultKind.NOT_FOUND:
        error = (attempt.error_code, attempt.error_raw)
    return replace(
        attempt,
        outcome=outcome,
        gateway_refund_id=result.gateway_refund_id or attempt.gateway_refund_id,
        error_code=error[0],
        error_raw=error[1],
    )


def _waited(attempt: Attempt, status: Status, result: GatewayResult, now: datetime) -> Attempt:
    """The attempt with how long its gateway has been away. Silence to a question ends no wait; any other word does."""
    if result.kind is ResultKind.UNAVAILABLE:
        return attempt if status in FINAL else not_sent(attempt, now, is_called=result.is_sent)
    return attempt if result.kind is ResultKind.LOST else replace(attempt, unsent_since=None)


class Plan(TypedDict):
    """The fields of a refund that say why it stands as it does and when it is worked on next."""

    status_reason: Reason | None
    due_at: datetime | None
    due_for: Work | None


def _plan(
    before: Refund, status: Status, attempt: Attempt, result: GatewayResult, limits: Limits, now: datetime
) -> Plan:
    if status in FINAL:
        if status is before.status:
            return Plan(status_reason=before.status_reason, due_at=before.due_at, due_for=before.due_for)
        return Plan(status_reason=_end_reason(before, status, attempt, result), due_at=None, due_for=None)
    reason = Reason(code=result.code) if result.code else before.status_reason
    due_at = now + _wait(status, attempt, result, limits)
    until = waits_until(attempt, limits) if status is Status.GATEWAY_ERROR else None
    if until is not None:
        due_at = max(now, min(due_at, until))
    return Plan(status_reason=reason, due_at=due_at, due_for=Work.GATEWAY)


def _end_reason(before: Refund, status: Status, attempt: Attempt, result: GatewayResult) -> Reason | None:
    """Why it ended. At the end of all tries that is why the last of them came to nothing."""
    if status is Status.COMPLETED:
        return None
    if result.kind is not ResultKind.NOT_FOUND:
        return Reason(code=result.code or UNKNOWN_ERROR)
    code = attempt.error_code or (before.status_reason.code if before.status_reason else "")
    unsent = f"; {attempt.unsent} of them could not be sent, or were turned away for later" if attempt.unsent else ""
    return Reason(code=code or NEVER_ARRIVED, text=f"The gateway took none of {attempt.tries} tries{unsent}.")


def _wait(status: Status, attempt: Attempt, result: GatewayResult, limits: Limits) -> timedelta:
    slower = min(2 ** min(attempt.asks, PENDING_ASK_FACTOR_MAX), PENDING_ASK_FACTOR_MAX)
    if status is Status.GATEWAY_PENDING:
        return timedelta(seconds=limits.gateway_pending_ask_delay_s * slower)
    if status is Status.UNKNOWN:
        return timedelta(seconds=limits.gateway_status_ask_delay_s * slower)
    if result.kind is ResultKind.NOT_FOUND:
        return timedelta()
    if result.code == "rate_limited":
        asked_s = min(result.retry_after_s or limits.gateway_rate_limit_delay_s, RETRY_AFTER_MAX_S)
        asked_s = max(asked_s, pause_min_s(attempt))
        return timedelta(milliseconds=int(1000 * asked_s * (1 + RATE_LIMIT_SPREAD * _share(attempt))))
    if tries_sent(attempt) >= limits.gateway_attempts_max:
        return timedelta(seconds=limits.gateway_status_ask_delay_s * slower)
    delays = limits.gateway_retry_delays_s
    return timedelta(seconds=max(delays[min(attempt.tries, len(delays)) - 1], pause_min_s(attempt)))


def _share(attempt: Attempt) -> float:
    """From 0 to below 1, different for each attempt and try, the same wherever it is asked."""
    return int.from_bytes(blake2b(f"{attempt.id}:{attempt.tries}".encode(), digest_size=2).digest()) / 65_536


def _contradicted(
    payment: Payment, refund: Refund, attempt: Attempt, result: GatewayResult, now: datetime, actor: str
) -> Decision:
    """The gateway moved money for a refund that it had called failed, and the balance is given to others already.

    It is told once, for reconciliation; the amounts stay, since no payment may be counted beyond what was captured.
    """
    reason = Reason(code=CONTRADICTED, text="The gateway reports success after failure; reconcile by hand.")
    if refund.status_reason == reason:
        return Decision(payment=payment, refund=refund, replayed=True)
    known = replace(attempt, gateway_refund_id=result.gateway_refund_id or attempt.gateway_refund_id)
    after = replace(
        refund,
        status_reason=reason,
        attempts=tuple(known if a is attempt else a for a in refund.attempts),
        arn=result.arn or refund.arn,
    )
    news = Told(type=EventType.REFUND_CONTRADICTED, from_status=refund.status.value, status=refund.status.value)
    return told(payment, refund, after, (news,), at=now, actor=actor)
