"""Random decisions on one payment, the same for the same seed and the same payment: people, workers and a gateway."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tests.support.payments.money_limits import whole
from tests.support.payments.payments import GATEWAY, NOW, an_approval, limits

from refunds.domain import ids
from refunds.domain.attempt.external_refunds import record_external_refund
from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.attempt.submission import begin_step
from refunds.domain.payment.payment import Decision, LineItem, Payment, Reason, Refund, RefundMethod
from refunds.domain.refund.lifecycle import (
    RequestRefund,
    approve_refund,
    cancel_refund,
    reject_refund,
    request_refund,
    review_refund,
    submit_refund,
)

PEOPLE = ("usr_asker", "usr_a", "usr_b", "usr_c")
WITH_PEOPLE = limits(auto_approval_below=whole(0), approvals_required=2, refunds_per_payment_max=40)
AT_ONCE = limits(refunds_per_payment_max=40)
TOO_OLD = limits(auto_approval_below=whole(0), refund_window_days=0, refunds_per_payment_max=40)
PROFILE = GatewayProfile(key_lifetime_s=600)


@dataclass
class RandomDecisions:
    """Draws what happens next by what the payment looks like."""

    seeded_random: Random
    now: datetime = NOW
    _number: int = 0
    _kinds: tuple[Callable[[Payment], Decision], ...] = field(init=False)

    def __post_init__(self) -> None:
        self._kinds = (
            self._request,
            self._request,
            self._hand_in,
            self._review,
            self._approve,
            self._reject,
            self._cancel,
            self._begin,
            self._begin,
            self._receive,
            self._receive,
            self._receive,
            self._adopt,
        )

    def next(self) -> Callable[[Payment], Decision]:
        """A decision; whatever it draws, it draws when it is made, and only once."""
        self.now += timedelta(seconds=self.seeded_random.choice((1, 30, 700)))
        self._number += 1
        kind, seed = self.seeded_random.choice(self._kinds), self.seeded_random.random()

        def decide(payment: Payment) -> Decision:
            self.seeded_random.seed(seed)
            return kind(payment)

        return decide

    def _request(self, payment: Payment) -> Decision:
        amount, number = self.seeded_random.randrange(1, 400), self._number
        command = RequestRefund(
            refund_id=ids.refund_id(1_700_000_000_000 + number, number, payment.id, payment.merchant_id),
            idempotency_key=f"key-{number}",
            fingerprint=f"body-{number}",
            amount=amount,
            currency=None,
            method=RefundMethod.ORIGINAL_PAYMENT,
            reason=Reason(code="duplicate", text="twice" * self.seeded_random.randrange(3)),
            line_items=(LineItem(id="a", amount=amount, tax_amount=amount // 5),)
            if self.seeded_random.random() < 0.3
            else (),
            metadata={"order": str(number)} if self.seeded_random.random() < 0.3 else None,
            is_submitted=self.seeded_random.random() < 0.8,
            requested_by="usr_asker",
            is_reviewed_now=self.seeded_random.random() < 0.7,
        )
        return request_refund(payment, command, self.seeded_random.choice((WITH_PEOPLE, AT_ONCE, TOO_OLD)), self.now)

    def _hand_in(self, payment: Payment) -> Decision:
        return submit_refund(payment, self._one(payment).id, WITH_PEOPLE, self.now, self.seeded_random.choice(PEOPLE))

    def _review(self, payment: Payment) -> Decision:
        within = self.seeded_random.choice((WITH_PEOPLE, AT_ONCE, TOO_OLD))
        return review_refund(payment, self._one(payment).id, within, self.now, "system")

    def _approve(self, payment: Payment) -> Decision:
        approval = an_approval(self.seeded_random.choice(PEOPLE), "approved", self.now)
        return approve_refund(payment, self._one(payment).id, approval, WITH_PEOPLE, self.now)

    def _reject(self, payment: Payment) -> Decision:
        approval = an_approval(self.seeded_random.choice(PEOPLE), "rejected", self.now)
        return reject_refund(payment, self._one(payment).id, approval, self.now)

    def _cancel(self, payment: Payment) -> Decision:
        return cancel_refund(payment, self._one(payment).id, self.now, "usr_asker")

    def _begin(self, payment: Payment) -> Decision:
        return begin_step(payment, self._one(payment).id, AT_ONCE, self.now, PROFILE)

    def _receive(self, payment: Payment) -> Decision:
        sent = [refund for refund in payment.refunds if refund.attempts]
        refund = self.seeded_random.choice(sent) if sent else self._one(payment)
        attempt = refund.attempts[-1] if refund.attempts else None
        result = self._word(refund.id, refund.amount)
        name = ids.attempt_id(refund.id, 1) if attempt is None else attempt.id
        return record_gateway_result(payment, name, result, AT_ONCE, self.now, GATEWAY, PROFILE)

    def _word(self, name: str, amount: int) -> GatewayResult:
        kind = self.seeded_random.choice(tuple(ResultKind))
        return GatewayResult(
            kind=kind,
            gateway_refund_id=self.seeded_random.choice(("", f"gr_{name}", f"gr_{name}", f"req_{name}")),
            arn=f"arn_{name}" if kind is ResultKind.SUCCEEDED else "",
            code="declined" if kind in (ResultKind.REFUSED, ResultKind.FAILED) else "",
            raw_code="R16" if kind in (ResultKind.REFUSED, ResultKind.FAILED) else "",
            amount=self.seeded_random.choice((None, amount)),
            occurred_at=self.seeded_random.choice((None, self.now, self.now - timedelta(seconds=60))),
            source=self.seeded_random.choice(tuple(Source)),
            submission=self.seeded_random.choice((None, 1, 2)),
        )

    def _adopt(self, payment: Payment) -> Decision:
        number = self._number
        result = GatewayResult(
            kind=ResultKind.SUCCEEDED,
            gateway_refund_id=f"gr_people_{number}",
            amount=self.seeded_random.randrange(1, 30),
        )
        name = ids.refund_id(1_700_000_000_000 + number, number, payment.id, payment.merchant_id)
        return record_external_refund(payment, name, result, payment.currency, AT_ONCE, self.now, GATEWAY)

    def _one(self, payment: Payment) -> Refund:
        """Any of its refunds; RefundNotFound where there is none."""
        return self.seeded_random.choice(payment.refunds) if payment.refunds else payment.refund("none")
