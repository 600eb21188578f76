"""Explains refunds for which the gateway reported two results that contradict each other. All functions are pure."""

from datetime import datetime

from refunds.domain.attempt.conflicting_results import CONTRADICTIONS_MAX, UNNAMED, is_left_to_a_person
from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.payment import MERGED, Payment, Refund
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.refund import explanation_facts as facts
from refunds.domain.refund.explanation import Explanation, Statement, WaitsFor, due_of, explained, reason_of


def doubted(payment: Payment, refund: Refund, now: datetime) -> Explanation | None:
    """Explains a refund that was merged or has doubtful gateway results. Returns None for every other refund."""
    attempt = refund.attempts[-1] if refund.attempts else None
    if attempt is None:
        return None
    if attempt.doubts.missing_since is not None:
        return _missing(payment, refund, attempt, attempt.doubts.missing_since, now)
    if attempt.is_in_question:
        return _asked(payment, refund, attempt, now)
    code = refund.status_reason.code if refund.status_reason is not None else ""
    if code == MERGED:
        because = (facts.WasExternal(gateway=payment.gateway), *reason_of(refund))
        return explained(refund, because, (facts.IsFinal(),), WaitsFor.NOTHING)
    return _left_to_a_person(payment, refund, attempt) if is_left_to_a_person(refund) else None


def _missing(payment: Payment, refund: Refund, attempt: Attempt, since: datetime, now: datetime) -> Explanation:
    gateway, name = payment.gateway, attempt.gateway_refund_id
    lost = (
        facts.GatewayLostNamed(gateway=gateway, since=since, name=name)
        if name
        else facts.GatewayLostIt(gateway=gateway, since=since)
    )
    ask = facts.AskWhatBecameOfIt(gateway=gateway, due=due_of(refund, now))
    return explained(refund, (lost, _amount_of(refund)), (ask, facts.Reconcile()), WaitsFor.OPERATOR)


def _amount_of(refund: Refund) -> Statement:
    if refund.status is Status.COMPLETED:
        return facts.AmountStaysRefunded()
    return facts.AmountStaysRefundable() if refund.status in FINAL else facts.AmountStaysReserved()


def _asked(payment: Payment, refund: Refund, attempt: Attempt, now: datetime) -> Explanation:
    gateway, due = payment.gateway, due_of(refund, now)
    asked: Statement = facts.ResultIsAsked(gateway=gateway, due=due)
    because: tuple[Statement, ...]
    if attempt.doubts.question == UNNAMED:
        because = (facts.ConfirmedWithoutId(gateway=gateway),)
        asked = facts.NameIsAsked(gateway=gateway, due=due)
    elif refund.status is Status.COMPLETED:
        because = (facts.ConfirmedThenFailed(gateway=gateway), facts.AmountStaysRefunded())
    else:
        amount = facts.AmountWasTaken() if refund.status in FINAL else facts.AmountStaysReserved()
        because = (facts.FailedThenSucceeded(gateway=gateway), amount)
    return explained(refund, because, (asked,), WaitsFor.GATEWAY)


def _left_to_a_person(payment: Payment, refund: Refund, attempt: Attempt) -> Explanation:
    gateway = payment.gateway
    because: tuple[Statement, ...]
    if attempt.doubts.contradictions >= CONTRADICTIONS_MAX:
        because = (facts.ContradictedTooOften(gateway=gateway, contradictions=CONTRADICTIONS_MAX),)
    else:
        because = (facts.FailedThenSucceeded(gateway=gateway), facts.AmountWasTaken())
    next_ = (facts.CompareWithBooks(gateway=gateway), facts.Reconcile())
    return explained(refund, (*because, *reason_of(refund)), next_, WaitsFor.OPERATOR)
