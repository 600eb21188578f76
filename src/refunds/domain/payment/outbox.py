"""What one version of a payment told: its events and the refunds that they concern, as read models take it.

Written beside the payment in the same update (the outbox), read by the relay. Pure values; never changed afterwards.
"""

from dataclasses import dataclass
from datetime import datetime

from refunds.domain.payment.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundState:
    """A refund after the version. `status_reason` and `reason` are codes; amount in minor units."""

    id: str
    status: str
    status_reason: str
    amount: int
    method: str
    reason: str
    created_by: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What vouches for the fields of a payment, refund or approval (`of`, its id) that never change once it is made."""

    of: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentChange:
    """One version of a payment: all its events in order, and the last state of every refund that they touch.

    `digests` are those of what this version made: the payment itself, a refund, an approval.
    """

    payment_id: str
    version: int
    merchant_id: str
    path: tuple[str, ...]
    currency: str
    gateway: str
    payment_method: str
    items: tuple[Event, ...]
    refunds: tuple[RefundState, ...] = ()
    digests: tuple[Digest, ...] = ()
