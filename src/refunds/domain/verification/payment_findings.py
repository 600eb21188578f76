"""Findings in a payment and its refunds that need no history. Pure."""

from dataclasses import dataclass
from datetime import datetime

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUnknownHere(Finding):
    """A refund has a status of a later release."""

    refund_id: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedDiffers(Finding):
    """The payment's reserved amount differs from the sum over its refunds, in minor units."""

    payment_id: str
    stored: int
    of_refunds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedDiffers(Finding):
    """The payment's refunded amount differs from the sum over its refunds, in minor units."""

    payment_id: str
    stored: int
    of_refunds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedExceeded(Finding):
    """Reserved and refunded amounts together exceed the captured amount, in minor units."""

    payment_id: str
    used: int
    captured: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRepeated(Finding):
    """Two refunds of a payment have the same idempotency key."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOfSeveralPayments(Finding):
    """Refunds of several payments of a merchant have the same idempotency key."""

    refund_id: str
    count: int
    merchant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayIdShared(Finding):
    """Refunds of several payments have the same id at a gateway."""

    gateway_refund_id: str
    gateway: str
    payment_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsForNothing(Finding):
    """A refund is not final, but no work is due for it and no person is awaited."""

    refund_id: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueForOtherWork(Finding):
    """A refund is due for other work than its status needs."""

    refund_id: str
    status: str
    due_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTooLate(Finding):
    """A refund is due later than its longest wait allows."""

    refund_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDueOtherwise(Finding):
    """A payment is due at another moment than the earliest of its refunds."""

    payment_id: str
    due_at: datetime | None
    first_of_refunds: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDiffers(Finding):
    """The version of a payment differs from that of its last write."""

    payment_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDiffers(Finding):
    """The route of a payment differs from the one in its id."""

    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLeadsElsewhere(Finding):
    """The route in a refund's id leads to another payment."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryOffBalance(Finding):
    """A ledger entry does not sum to zero in the currency of its payment."""

    entry_id: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayBalanceDiffers(Finding):
    """The ledger's balance at the gateway differs from the payment's, in minor units."""

    payment_id: str
    ledger: int
    payment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOfFileUnbound(Finding):
    """The record of the Idempotency-Key does not have the row from which this refund was created."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOfFileElsewhere(Finding):
    """The file from which a refund was created is recorded under another tenant path."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeOpen(Finding):
    """The outcome of a refund is not known yet; its amount is in minor units."""

    refund_id: str
    status: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultContradicted(Finding):
    """The gateway contradicts the status of a refund; only a person can decide."""

    refund_id: str
    status: str
    amount: int
