"""Defines the input of the decisions on a gateway's result."""

from datetime import datetime

from msgspec import Struct

from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.domain.attempt.retry_policy import is_key_too_old
from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.states import FINAL
from refunds.domain.settings.refund_policy import Limits


class ResultContext(Struct, frozen=True, kw_only=True):
    """The attempt that a gateway's result is about, with its refund, payment and limits.

    If `profile` is None, the documented profile of the gateway is used.
    """

    payment: Payment
    refund: Refund
    attempt: Attempt
    limits: Limits
    profile: GatewayProfile | None
    now: datetime
    actor: str

    @property
    def is_key_too_old(self) -> bool:
        """True if the attempt's idempotency key is too old for another submission."""
        return is_key_too_old(self.refund, self.attempt, self.limits, self.profile, self.now)

    @property
    def is_final_and_asked(self) -> bool:
        """True if the refund is final, but a status query about a contradiction is still open."""
        return self.refund.status in FINAL and self.attempt.is_in_question
