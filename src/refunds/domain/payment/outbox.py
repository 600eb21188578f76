"""The outbox of one version of a payment: its events and the refunds that they concern, as read models need them.

Written in the same update as the payment and read by the relay. Pure values; never changed afterwards.
"""

from datetime import datetime

from msgspec import Struct

from refunds.domain.payment.events import Event


class RefundState(Struct, frozen=True, kw_only=True):
    """A refund as this version of the payment left it.

    `status_reason` and `reason` are codes; amount in minor units.
    """

    id: str
    status: str
    status_reason: str
    amount: int
    method: str
    reason: str
    created_by: str
    created_at: datetime
    updated_at: datetime


class Digest(Struct, frozen=True, kw_only=True):
    """Hash over the immutable fields of the payment, refund or approval with id `of`; the audit log keeps it."""

    of: str
    value: str


class PaymentChange(Struct, frozen=True, kw_only=True):
    """One version of a payment: all its events in order, and the last state of every refund that they concern.

    `digests` are those of the payment, refunds and approvals that this version created.
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
