"""Refunds in every status and results of every kind, made for several files of tests."""

from tests.support.copies import replace
from tests.support.payments.payments import (
    GATEWAY,
    LIMITS,
    NOW,
    a_payment,
    a_result,
    answered,
    asked,
    stored,
    with_result,
)

from refunds.domain.attempt.external_refunds import record_external_refund
from refunds.domain.attempt.result_recording import (
    ResultKind,
    begin_step,
    record_gateway_result,
)
from refunds.domain.payment.payment import Decision, Payment, Refund
from refunds.domain.payment.states import Status

ANSWERS = {
    ResultKind.SUCCEEDED: Status.COMPLETED,
    ResultKind.PENDING: Status.GATEWAY_PENDING,
    ResultKind.REFUSED: Status.FAILED,
    ResultKind.FAILED: Status.FAILED,
    ResultKind.UNAVAILABLE: Status.GATEWAY_ERROR,
    ResultKind.UNKNOWN: Status.UNKNOWN,
    ResultKind.NOT_FOUND: Status.UNKNOWN,
}
"""The status of a refund under submission after each result."""

WAYS: dict[Status, tuple[ResultKind, ...]] = {
    Status.PROCESSING: (),
    Status.GATEWAY_PENDING: (ResultKind.PENDING,),
    Status.GATEWAY_ERROR: (ResultKind.UNAVAILABLE,),
    Status.UNKNOWN: (ResultKind.UNKNOWN,),
    Status.COMPLETED: (ResultKind.SUCCEEDED,),
    Status.FAILED: (ResultKind.REFUSED,),
    Status.REVERSED: (ResultKind.SUCCEEDED, ResultKind.FAILED, ResultKind.FAILED),
}
"""Results that bring a refund into each status; a contradiction is queried, and the last result is the answer."""

CONTRADICTING = {
    (Status.COMPLETED, ResultKind.FAILED),
    (Status.FAILED, ResultKind.SUCCEEDED),
    (Status.FAILED, ResultKind.PENDING),
    (Status.REVERSED, ResultKind.SUCCEEDED),
}
"""Results opposite to the status that a refund ended in (FAILED by a refusal, so that pending is one, too)."""


def refund_in(status: Status, payment: Payment | None = None, amount: int = 60) -> tuple[Payment, Refund]:
    payment, refund = asked(payment or a_payment(), amount)
    for kind in WAYS[status]:
        is_asked = refund.attempts[-1].is_in_question
        payment, refund = (answered if is_asked else with_result)(payment, refund, kind)
    assert refund.status is status
    return payment, refund


def with_refund_of(payment: Payment, refund: Refund) -> tuple[Payment, Refund]:
    """The payment with its only refund written over."""
    return replace(payment, refunds=(refund,)), refund


def said(payment: Payment, refund: Refund, kind: ResultKind, **told: object) -> Decision:
    return record_gateway_result(payment, refund.attempts[-1].id, a_result(kind, **told), LIMITS, NOW, GATEWAY)


def begun(payment: Payment, refund: Refund) -> tuple[Payment, Refund]:
    assert refund.due_at is not None
    decision = begin_step(payment, refund.id, LIMITS, refund.due_at)
    assert not decision.replayed
    return stored(decision), decision.refund


def unanswered_on_every_submission(amount: int = 60, **told: object) -> tuple[Payment, Refund]:
    """A refund whose submissions were all unanswered; the last one is still to be queried."""
    payment, refund = with_result(*refund_in(Status.PROCESSING, amount=amount), ResultKind.UNKNOWN, **told)
    for _ in range(LIMITS.gateway_attempts_max - 1):
        payment, refund = with_result(*begun(payment, refund), ResultKind.NOT_FOUND)
        payment, refund = with_result(*begun(payment, refund), ResultKind.UNKNOWN, **told)
    return payment, refund


def external(
    payment: Payment,
    *,
    name: str = "gr_9",
    amount: int | None = 30,
    currency: str = "EUR",
    kind: ResultKind = ResultKind.SUCCEEDED,
) -> Decision:
    result = a_result(kind, gateway_refund_id=name, amount=amount)
    return record_external_refund(payment, f"ref_adopted_{name}", result, currency, LIMITS, NOW, GATEWAY)
