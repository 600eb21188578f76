"""Defines the findings about payments and refunds that are found without reading histories. It does no I/O."""

from dataclasses import dataclass
from datetime import datetime

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUnknownHere(Finding):
    """A refund has a status that only a later release knows."""

    refund_id: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedDiffers(Finding):
    """The payment's reserved amount differs from the sum of its refunds under way.

    `stored` is the payment's amount, and `of_refunds` is the sum, in minor units.
    """

    payment_id: str
    stored: int
    of_refunds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedDiffers(Finding):
    """The payment's refunded amount differs from the sum of its successful refunds.

    `stored` is the payment's amount, and `of_refunds` is the sum, in minor units.
    """

    payment_id: str
    stored: int
    of_refunds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedExceeded(Finding):
    """The reserved and refunded amounts of a payment together exceed its captured amount.

    `used` is the sum of the two. Amounts are in minor units.
    """

    payment_id: str
    used: int
    captured: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRepeated(Finding):
    """Two refunds of a payment have the same idempotency key."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOfSeveralPayments(Finding):
    """Refunds of several payments of one merchant have the same idempotency key.

    `count` is the number of these refunds.
    """

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
    """A refund is not final, but no work is due for it and no person has to act."""

    refund_id: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueForOtherWork(Finding):
    """The work for which a refund is due is not the work that its status needs."""

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
    """A payment and its refund that is due first differ in the time or the work for which they are due.

    `first_of_refunds` is when that refund is due.
    """

    payment_id: str
    due_at: datetime | None
    first_of_refunds: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDiffers(Finding):
    """The version of a payment is not the version that its last write made."""

    payment_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDiffers(Finding):
    """The stored route of a payment is not the route that is computed from the payment's id."""

    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLeadsElsewhere(Finding):
    """The route in a refund's id leads to another payment than the one that contains the refund."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryOffBalance(Finding):
    """The amounts of a ledger entry do not sum to zero in the currency of the payment."""

    entry_id: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayBalanceDiffers(Finding):
    """The ledger and the payment differ in the amount that is at the gateway.

    `ledger` and `payment` are the two amounts, in minor units.
    """

    payment_id: str
    ledger: int
    payment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOfFileUnbound(Finding):
    """A refund was created from a row of a file, but its Idempotency-Key is not recorded with this row."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOfFileElsewhere(Finding):
    """A refund was created from a file that is recorded under another path of tenants."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeOpen(Finding):
    """The outcome of a refund is not known yet. `amount` is in minor units."""

    refund_id: str
    status: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultContradicted(Finding):
    """The gateway contradicts the status of a refund, and only a person can decide which is right.

    `amount` is in minor units.
    """

    refund_id: str
    status: str
    amount: int
