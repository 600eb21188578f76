"""Refunds of a debit card under tight limits of a day and a week."""

from datetime import datetime

from tests.support.payments.money_limits import whole
from tests.support.payments.payments import NOW, a_request, limits, paid_by, stored

from refunds.domain.payment.payment import MethodType, Payment, Refund
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.settings.refund_policy import Limits

TIGHT = limits(debit_card_daily_max=whole(100), debit_card_weekly_max=whole(250))


def by_debit_card(captured_amount: int = 100_000, **changed: object) -> Payment:
    return paid_by(MethodType.DEBIT_CARD, captured_amount, **changed)


def taken(
    payment: Payment, amount: int, at: datetime = NOW, within: Limits = TIGHT, **request: object
) -> tuple[Payment, Refund]:
    command = a_request(amount, payment=payment, **request)  # type: ignore[arg-type]
    decision = request_refund(payment, command, within, at)
    return stored(decision), decision.refund
