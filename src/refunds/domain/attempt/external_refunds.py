"""Records external refunds, which were made at the gateway and not by this service.

The handling of webhooks calls this module. No movement is booked twice. If a notification may be about an open refund
of this service, the notification is refused until that refund is final.
"""

from collections.abc import Iterator
from datetime import datetime

from refunds.domain import ids
from refunds.domain.attempt.conflicting_results import CONTRADICTIONS_MAX, NOT_FOUND, UNNAMED, asked_about
from refunds.domain.attempt.duplicate_movements import is_external, owner_of
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, in_our_time
from refunds.domain.attempt.released_reservations import with_room
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.errors import AmountExceedsRefundable, CurrencyMismatch, RefundStillOpen, TooManyExternalRefunds
from refunds.domain.invalid_input import ExternalRefundNotSuccessful, GatewayRefundIdMissing, MovedAmountMissing
from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.document_budget import check_room
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import (
    EXTERNAL_KEY_PREFIX,
    Decision,
    NewEvent,
    Payment,
    Reason,
    Refund,
    RefundMethod,
    emit_events,
    with_refund,
)
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.settings.reason_codes import MADE_AT_GATEWAY
from refunds.domain.settings.refund_policy import Limits

EXTERNAL_REFUNDS_MAX = 1000
"""Maximum number of external refunds of one payment, which bounds the size of the document. See docs/decisions/0017."""


def record_external_refund(
    payment: Payment,
    refund_id: str,
    result: GatewayResult,
    currency: str,
    limits: Limits,
    now: datetime,
    actor: str,
) -> Decision:
    """Records a notification about a refund that has the gateway's id `result.gateway_refund_id`.

    If a refund already has that id, the result is recorded for that refund. Otherwise a new external refund is added.
    Unsent refunds that reserve the needed amount end in the same decision.

    There is one exception. A completed refund of this service may have the same amount but no gateway id. Then the
    decision contains that refund with a status query due, and `is_known` is False for it.

    Raises GatewayRefundIdMissing or MovedAmountMissing if data is missing. Raises CurrencyMismatch,
    AmountExceedsRefundable or TooManyExternalRefunds if the payment cannot hold the refund. Raises
    ExternalRefundNotSuccessful if nothing moved and no refund of this service can be meant. Raises RefundStillOpen if
    the notification may be about a refund of this service that is not final or has no gateway id yet.
    """
    result = in_our_time(result, now)
    name = result.gateway_refund_id
    if not name:
        raise GatewayRefundIdMissing
    owner = owner_of(payment, name)
    if owner is not None:
        return record_gateway_result(payment, owner[1].id, result, limits, now, actor)
    if result.kind is not ResultKind.SUCCEEDED:
        return _without_movement(payment, result, currency, now)
    amount = _moved(payment, result)
    if currency != payment.currency:
        raise CurrencyMismatch(asked=currency, expected=payment.currency, pointer="/data/currency")
    _check_not_ours(payment, amount)
    unnamed = _unnamed(payment, amount)
    if unnamed is not None:
        return _queried(payment, unnamed, now)
    payment = with_room(payment, amount, refund_id, now, actor)
    _check_fits(payment, amount)
    external = _external_refund(payment, refund_id, result, amount, now, actor)
    check_room(payment, external, "/data/gateway_payment_id")
    new_event = NewEvent(
        type=EventType.EXTERNAL_REFUND_RECORDED, from_status="", status=external.status.value, code=external.reason.code
    )
    return emit_events(payment, None, external, (new_event,), at=now, actor=actor)


def check_never_found(payment: Payment, result: GatewayResult) -> None:
    """Raises RefundStillOpen if the success may belong to a refund that failed because the gateway did not find it."""
    is_ours_possible = result.kind is ResultKind.SUCCEEDED and result.currency in ("", payment.currency)
    is_new = is_ours_possible and owner_of(payment, result.gateway_refund_id) is None
    unseen = next(never_found(payment, result.amount), None) if is_new else None
    if unseen is not None:
        raise RefundStillOpen(refund_id=unseen.id)


def never_found(payment: Payment, amount: int | None) -> Iterator[Refund]:
    """Yields refunds of this amount that failed because the gateway did not find them, but may find them by now."""
    for refund in payment.refunds:
        is_of_amount = refund.status is Status.FAILED and refund.amount == amount and bool(refund.attempts)
        if is_of_amount and refund.attempts[-1].outcome == NOT_FOUND and not refund.attempts[-1].gateway_refund_id:
            yield refund


def _without_movement(payment: Payment, result: GatewayResult, currency: str, now: datetime) -> Decision:
    """Decides on a result that is not a success.

    If the result may be about a refund of this service, the status query of that refund becomes due. Otherwise raises
    ExternalRefundNotSuccessful. Raises RefundStillOpen in the same cases as `record_external_refund`.
    """
    if currency in ("", payment.currency):
        _check_not_ours(payment, result.amount)
        unnamed = _unnamed(payment, result.amount)
        if unnamed is not None:
            return _queried(payment, unnamed, now)
        nameless = next(_without_id(payment, result.amount), None)
        if nameless is not None and result.kind is ResultKind.FAILED:
            raise RefundStillOpen(refund_id=nameless.id)
    raise ExternalRefundNotSuccessful(kind=result.kind.value)


def _queried(payment: Payment, unnamed: Refund, now: datetime) -> Decision:
    """Makes a status query due at once for `unnamed`, a completed refund without a gateway id."""
    after = asked_about(unnamed, unnamed.attempts[-1], unnamed.attempts[-1], UNNAMED, now)
    return Decision(payment=with_refund(payment, unnamed, after), refund=after)


def _moved(payment: Payment, result: GatewayResult) -> int:
    """Returns the amount that moved. Raises MovedAmountMissing if the result has no positive amount.

    Raises RefundStillOpen if the amount is missing and a refund of this service is open. The movement may belong to
    that refund.
    """
    if result.amount is None:
        _check_not_ours(payment, None)
    if not result.amount or result.amount < 0:
        raise MovedAmountMissing
    return result.amount


def _check_not_ours(payment: Payment, amount: int | None) -> None:
    """Raises RefundStillOpen if a refund of this amount is at its gateway. The movement may belong to that refund.

    A refund that already has a gateway id counts too, because a gateway may use two ids. If `amount` is None, every
    amount matches.
    """
    for refund in payment.refunds:
        if refund.attempts and refund.status not in FINAL and amount in (None, refund.amount):
            raise RefundStillOpen(refund_id=refund.id)


def _unnamed(payment: Payment, amount: int | None) -> Refund | None:
    """Returns a completed refund of this amount that has no gateway id and can still be queried.

    Returns None if there is no such refund. If `amount` is None, every amount matches.
    """
    for refund in _without_id(payment, amount):
        attempt = refund.attempts[-1]
        if attempt.doubts.contradictions < CONTRADICTIONS_MAX or attempt.is_in_question:
            return refund
    return None


def _without_id(payment: Payment, amount: int | None) -> Iterator[Refund]:
    """Yields the completed refunds of this amount that have no gateway id. If `amount` is None, all amounts match."""
    for refund in payment.refunds:
        is_of_amount = refund.status is Status.COMPLETED and amount in (None, refund.amount)
        if is_of_amount and not refund.attempts[-1].gateway_refund_id:
            yield refund


def id_at_gateway(refund: Refund) -> str:
    """Returns the gateway id that a status query of an external refund uses.

    Returns an empty text for a refund of this service, because such a refund is queried by its own reference.
    """
    return refund.attempts[-1].gateway_refund_id if is_external(refund) else ""


def is_known(refund: Refund, gateway_refund_id: str) -> bool:
    """True if an attempt of this refund has this gateway refund id."""
    return any(attempt.has_id(gateway_refund_id) for attempt in refund.attempts)


def _check_fits(payment: Payment, amount: int) -> None:
    """Raises AmountExceedsRefundable or TooManyExternalRefunds if the payment cannot hold the external refund.

    The gateway then delivers the webhook again, and each refusal is logged.
    """
    left = payment.refundable_amount
    if amount > left:
        raise AmountExceedsRefundable(asked=amount, refundable=left, currency=payment.currency, pointer="/data/amount")
    if (
        sum(refund.idempotency_key.startswith(EXTERNAL_KEY_PREFIX) for refund in payment.refunds)
        >= EXTERNAL_REFUNDS_MAX
    ):
        raise TooManyExternalRefunds(refunds_max=EXTERNAL_REFUNDS_MAX, pointer="/data/gateway_payment_id")


def _external_refund(
    payment: Payment, refund_id: str, result: GatewayResult, amount: int, now: datetime, actor: str
) -> Refund:
    attempt = Attempt(
        id=ids.attempt_id(refund_id, 1),
        gateway=payment.gateway,
        tries=1,
        outcome="succeeded",
        gateway_refund_id=result.gateway_refund_id,
        at=now,
        is_acknowledged=True,
        outcome_at=result.occurred_at,
    )
    return Refund(
        id=refund_id,
        idempotency_key=f"{EXTERNAL_KEY_PREFIX}{payment.gateway}:{result.gateway_refund_id}",
        fingerprint="",
        status=Status.COMPLETED,
        status_reason=None,
        amount=amount,
        method=RefundMethod.ORIGINAL_PAYMENT,
        reason=Reason(code=MADE_AT_GATEWAY),
        created_at=now,
        updated_at=now,
        created_by=actor,
        attempts=(attempt,),
        arn=result.arn,
    )
