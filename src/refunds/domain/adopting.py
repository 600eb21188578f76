"""Refunds that were made in the gateway's own dashboard, taken into the books. Called for webhooks.

Never counts a movement twice: a word that may be of a refund of ours is left to that one.
"""

from datetime import datetime

from refunds.domain import ids
from refunds.domain.errors import (
    AmountExceedsRefundable,
    CurrencyMismatch,
    InvalidInput,
    RefundOnItsWay,
    TooManyRefunds,
)
from refunds.domain.events import EventType
from refunds.domain.limits import Limits
from refunds.domain.payment import (
    ADOPTED_KEY_PREFIX,
    Attempt,
    Decision,
    Payment,
    Reason,
    Refund,
    RefundMethod,
    Told,
    told,
)
from refunds.domain.settling import GatewayResult, ResultKind, record_gateway_result
from refunds.domain.states import Status

ADOPTED_MAX = 1000
"""Refunds of one payment that are adopted, beside those asked for: a document has a size. See docs/decisions/0017."""

_OPEN_AT_GATEWAY = frozenset({Status.PROCESSING, Status.GATEWAY_ERROR, Status.UNKNOWN})


def adopt_gateway_refund(
    payment: Payment,
    refund_id: str,
    result: GatewayResult,
    currency: str,
    limits: Limits,
    now: datetime,
    actor: str,
) -> Decision:
    """The refund with the gateway's word on it, new in the books as completed where none of ours has that id.

    A refund that is in the books already takes the word as its own; a completed one told of as failed is taken back.
    Errors: InvalidInput for a word without id or positive amount and for any but success, CurrencyMismatch,
    AmountExceedsRefundable, TooManyRefunds; RefundOnItsWay where it may be one of ours, until that has ended.
    """
    name = result.gateway_refund_id
    if not name:
        raise InvalidInput(pointer="/data/gateway_refund_id", rule="the gateway's own id of the refund is missing")
    for attempt in (attempt for refund in payment.refunds for attempt in refund.attempts):
        if attempt.gateway_refund_id == name:
            return record_gateway_result(payment, attempt.id, result, limits, now, actor)
    if currency != payment.currency:
        raise CurrencyMismatch(asked=currency, expected=payment.currency, pointer="/data/currency")
    if result.kind is not ResultKind.SUCCEEDED or result.amount is None or result.amount <= 0:
        raise InvalidInput(pointer="/data/status", rule="only a refund that succeeded is adopted")
    _check_not_ours(payment, result.amount)
    _check_fits(payment, result.amount)
    adopted = _adopted(payment, refund_id, result, result.amount, now, actor)
    news = Told(type=EventType.REFUND_ADOPTED, from_status="", status=adopted.status.value, code=adopted.reason.code)
    return told(payment, None, adopted, (news,), at=now, actor=actor)


def _check_not_ours(payment: Payment, amount: int) -> None:
    for refund in payment.refunds:
        is_open = refund.status in _OPEN_AT_GATEWAY and not refund.attempts[-1].gateway_refund_id
        if is_open and refund.amount == amount:
            raise RefundOnItsWay(refund_id=refund.id)


def _check_fits(payment: Payment, amount: int) -> None:
    """What is refused here is told again by the gateway, and counted and logged each time, until somebody looks."""
    left = payment.refundable_amount
    if amount > left:
        raise AmountExceedsRefundable(asked=amount, refundable=left, currency=payment.currency, pointer="/data/amount")
    if sum(refund.idempotency_key.startswith(ADOPTED_KEY_PREFIX) for refund in payment.refunds) >= ADOPTED_MAX:
        raise TooManyRefunds(refunds_max=ADOPTED_MAX, ended=0, pointer="/data/gateway_payment_id")


def _adopted(payment: Payment, refund_id: str, result: GatewayResult, amount: int, now: datetime, actor: str) -> Refund:
    attempt = Attempt(
        id=ids.attempt_id(refund_id, 1),
        gateway=payment.gateway,
        tries=1,
        outcome="succeeded",
        gateway_refund_id=result.gateway_refund_id,
        at=now,
    )
    return Refund(
        id=refund_id,
        idempotency_key=f"{ADOPTED_KEY_PREFIX}{payment.gateway}:{result.gateway_refund_id}",
        fingerprint="",
        status=Status.COMPLETED,
        status_reason=None,
        amount=amount,
        method=RefundMethod.ORIGINAL_PAYMENT,
        reason=Reason(code="made_at_gateway"),
        created_at=now,
        updated_at=now,
        created_by=actor,
        attempts=(attempt,),
        arn=result.arn,
    )
