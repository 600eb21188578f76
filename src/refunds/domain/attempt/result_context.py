"""What the decisions on a gateway's result are made from: the attempt in its payment, and what holds at that moment."""

from dataclasses import dataclass
from datetime import datetime

from refunds.domain.attempt.attempt import Attempt
from refunds.domain.attempt.gateway_profiles import GatewayProfile
from refunds.domain.attempt.retry_policy import is_key_too_old
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.refund.states import FINAL
from refunds.domain.settings.refund_policy import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One attempt of one refund. Without a profile, the one that its gateway documents holds."""

    payment: Payment
    refund: Refund
    attempt: Attempt
    limits: Limits
    profile: GatewayProfile | None
    now: datetime
    actor: str

    @property
    def is_key_too_old(self) -> bool:
        """True if nothing may be sent under its key any more."""
        return is_key_too_old(self.refund, self.attempt, self.limits, self.profile, self.now)

    @property
    def is_final_and_asked(self) -> bool:
        """True if the refund has ended, and its gateway is asked all the same whether that holds."""
        return self.refund.status in FINAL and self.attempt.is_in_question
