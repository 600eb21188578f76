"""Attempts with results that conflict, made for several files of tests."""

from datetime import datetime

from tests.support.payments.payments import (
    GATEWAY,
    LIMITS,
    NOW,
    a_payment,
    a_result,
    answered,
    asked,
    seconds,
    stored,
    with_result,
)

from refunds.domain.attempt.gateway_profiles import PROFILES, GatewayProfile
from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.attempt.submission import begin_step
from refunds.domain.payment.attempt import GatewayStep
from refunds.domain.payment.payment import Decision, Payment, Refund
from refunds.domain.payment.states import RESERVATION_EFFECTS, ReservationEffect

DAY_S = 86_400

STRIPE, FISERV = PROFILES["stripe"], PROFILES["fiserv"]

EARLIER, LATER = NOW - seconds(60), NOW + seconds(60)


def texts_of(payment: Payment, refund: Refund, kind: ResultKind, at: datetime = NOW, **told: object) -> Decision:
    return record_gateway_result(payment, refund.attempts[-1].id, a_result(kind, **told), LIMITS, at, GATEWAY)


def begun(
    payment: Payment, refund: Refund, profile: GatewayProfile = STRIPE
) -> tuple[Payment, Refund, GatewayStep | None]:
    assert refund.due_at is not None
    decision = begin_step(payment, refund.id, LIMITS, refund.due_at, profile)
    return stored(decision), decision.refund, decision.step


def is_reserved(payment: Payment) -> bool:
    return (payment.reserved_amount, payment.refunded_amount) == (60, 0)


# --- success after failure ------------------------------------------------------------------------

FAILURES: dict[str, tuple[ResultKind, ...]] = {
    "refused": (ResultKind.REFUSED,),
    "called failed": (ResultKind.FAILED,),
    "came back": (ResultKind.SUCCEEDED, ResultKind.FAILED, ResultKind.FAILED),
}


def ended(by: str, amount: int = 60, **told: object) -> tuple[Payment, Refund]:
    """A refund that ended without money."""
    payment, refund = asked(a_payment(), amount)
    for kind in FAILURES[by]:
        is_asked = refund.attempts[-1].is_in_question
        payment, refund = (answered if is_asked else with_result)(payment, refund, kind, code="account_closed", **told)
    assert RESERVATION_EFFECTS[refund.status] is ReservationEffect.NOTHING
    return payment, refund
