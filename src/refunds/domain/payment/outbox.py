"""Defines the outbox of one version of a payment. It has the events of the version and the refunds concerned.

The outbox contains what read models need. It is written in the same update as the payment, and never changes after
that. The relay reads the outbox.
"""

from datetime import datetime

from msgspec import Struct

from refunds.domain.payment.events import Event


class RefundState(Struct, frozen=True, kw_only=True):
    """The state of a refund in one version of its payment. `status_reason` and `reason` are codes.

    `amount` is in minor units.
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
    """A hash over the immutable fields of a payment, refund or approval, for the audit log. `of` names that object."""

    of: str
    value: str


class PaymentChange(Struct, frozen=True, kw_only=True):
    """One version of a payment, with its events in order and the states of the refunds that the events concern.

    `digests` has the digests of the payment, refunds and approvals that this version created.
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
