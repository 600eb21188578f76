"""Decides on a requested refund and returns the result as an entry for the books.

The gateway calls this module before anything is written. The module is pure, because the time is a parameter.
"""

from dataclasses import dataclass

import msgspec

from refunds_embedded.sandbox.behaviours import Behaviour
from refunds_embedded.sandbox.books.books import Account, Books, Refund
from refunds_embedded.sandbox.books.entries import EventType, RefundBooked, RefundSettled, Status
from refunds_embedded.sandbox.error_codes import BY_RAW_CODE, ErrorCode
from refunds_embedded.sandbox.errors import CallRefused

AMOUNT_EXCEEDS_REMAINING = BY_RAW_CODE["amount_exceeds_remaining"]
CURRENCY_NOT_SUPPORTED = BY_RAW_CODE["currency_not_supported"]
EVENT_OF_STATUS: dict[Status, EventType] = {
    "succeeded": "refund.succeeded",
    "pending": "refund.pending",
    "failed": "refund.failed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """The rules that the sandbox's configuration sets for every refund."""

    delay_ms: int
    is_webhook_owed: bool
    is_webhook_always: bool
    payment_refunds_max: int
    refunds_max: int


class RefundOrder(msgspec.Struct, frozen=True, gc=False):
    """A requested refund. Equal request bodies have the same `fingerprint`.

    `reference` is None if the refund is made in the dashboard.
    """

    gateway_payment_id: str
    reference: str | None
    amount: int
    currency: str
    captured_amount: int
    behaviour: Behaviour
    fingerprint: int = 0


def decide_refund(books: Books, order: RefundOrder, rules: HouseRules, now_ms: int) -> RefundBooked:
    """Decides on a refund whose reference is not booked, or whose idempotency key has expired.

    Returns the entry for the books, which may record a refusal. Raises CallRefused for a refusal that is not recorded.
    """
    account = books.account(order.gateway_payment_id)
    _check_bounds(books, account, rules)
    _check_captured(account, order)
    refusal = refusal_of(account, order)
    if refusal is not None:
        return _refused(books, order, refusal, rules, now_ms)
    behaviour = order.behaviour
    return RefundBooked(
        number=len(books.refunds) + 1,
        gateway_payment_id=order.gateway_payment_id,
        amount=order.amount,
        currency=order.currency,
        captured_amount=order.captured_amount,
        behaviour=behaviour.name,
        status=behaviour.first_status,
        at_ms=now_ms,
        reference=order.reference,
        fingerprint=order.fingerprint,
        due_ms=None if behaviour.settles_to is None else now_ms + rules.delay_ms,
        settles_to=behaviour.settles_to,
        owed=_owed_first(behaviour, behaviour.first_status, rules),
        is_again=_is_again(books, order),
    )


def decide_dashboard_refund(books: Books, order: RefundOrder, rules: HouseRules, now_ms: int) -> RefundBooked:
    """Returns the entry for a refund that a person makes in the dashboard.

    Raises CallRefused if the same refund with a reference would be refused.
    """
    refusal = refusal_of(books.account(order.gateway_payment_id), order)
    if refusal is not None:
        raise CallRefused(refusal.raw_code, refusal.message, status=refusal.http_status)
    entry = decide_refund(books, order, rules, now_ms)
    owed: tuple[EventType, ...] = ("refund.created",) if rules.is_webhook_owed else ()
    return msgspec.structs.replace(entry, owed=owed)


def decide_settlement(refund: Refund, behaviour: Behaviour, rules: HouseRules, now_ms: int) -> RefundSettled:
    """Returns the entry that changes the status of a refund whose delay is over."""
    status: Status = refund.settles_to or "succeeded"
    copies = behaviour.webhooks_settled if rules.is_webhook_owed else 0
    return RefundSettled(
        number=refund.number,
        status=status,
        at_ms=now_ms,
        raw_code=behaviour.settle_raw_code,
        owed=(EVENT_OF_STATUS[status],) * copies,
    )


def refusal_of(account: Account | None, order: RefundOrder) -> ErrorCode | None:
    """Returns why this refund is refused, or None if it is accepted."""
    if account is not None and account.currency != order.currency:
        return CURRENCY_NOT_SUPPORTED
    if order.behaviour.refusal is not None:
        return order.behaviour.refusal
    remaining = order.captured_amount if account is None else account.remaining
    return AMOUNT_EXCEEDS_REMAINING if order.amount > remaining else None


def _refused(books: Books, order: RefundOrder, refusal: ErrorCode, rules: HouseRules, now_ms: int) -> RefundBooked:
    return RefundBooked(
        number=len(books.refunds) + 1,
        gateway_payment_id=order.gateway_payment_id,
        amount=order.amount,
        currency=order.currency,
        captured_amount=order.captured_amount,
        behaviour=order.behaviour.name,
        status="failed",
        at_ms=now_ms,
        reference=order.reference,
        fingerprint=order.fingerprint,
        raw_code=refusal.raw_code,
        owed=_owed_first(order.behaviour, "failed", rules) if rules.is_webhook_always else (),
        is_again=_is_again(books, order),
    )


def _is_again(books: Books, order: RefundOrder) -> bool:
    return order.reference is not None and books.refund_by_reference(order.reference) is not None


def _owed_first(behaviour: Behaviour, status: Status, rules: HouseRules) -> tuple[EventType, ...]:
    if not rules.is_webhook_owed or behaviour.is_silent:
        return ()
    copies = max(behaviour.webhooks_first, int(rules.is_webhook_always))
    return (EVENT_OF_STATUS[status],) * copies


def _check_bounds(books: Books, account: Account | None, rules: HouseRules) -> None:
    if len(books.refunds) >= rules.refunds_max:
        raise CallRefused("sandbox_full", "The sandbox's books are full.", status=503)
    if account is not None and account.refunds_count >= rules.payment_refunds_max:
        rule = f"at most {rules.payment_refunds_max} refunds on one payment"
        raise CallRefused("too_many_refunds", f"This payment has {rule}.", field="gateway_payment_id", rule=rule)


def _check_captured(account: Account | None, order: RefundOrder) -> None:
    if account is not None and account.captured_amount != order.captured_amount:
        rule = "the same in every call on one gateway payment"
        message = f"captured_amount must be {rule}."
        raise CallRefused("invalid_request", message, field="captured_amount", rule=rule)
