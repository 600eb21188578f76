"""Findings where read models or the audit log differ from the payments. Pure."""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCaughtUp(Finding):
    """The read models did not catch up in time."""

    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentUnreadable(Finding):
    """A payment cannot be read."""

    payment_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxUnreadable(Finding):
    """The outbox of a payment cannot be read."""

    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotListed(Finding):
    """A refund has no row in the list."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDiffers(Finding):
    """Fields of a row in the list differ from its refund."""

    refund_id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVersionDiffers(Finding):
    """Fields of a row, among them its version, differ from its refund."""

    refund_id: str
    fields: tuple[str, ...]
    listed: int
    stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMiscounted(Finding):
    """A row counts other versions than those that have events of its refund."""

    refund_id: str
    faults: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNotCounted(Finding):
    """A row does not count a version that has events of its refund."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionWithoutEvent(Finding):
    """A row counts a version that has no event of its refund."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsOutOfOrder(Finding):
    """A row counts a version twice or in the wrong order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWithoutRefund(Finding):
    """A row belongs to no refund."""

    refund_id: str
    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsGone(Finding):
    """Rows of the list disappeared during the verification."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPosted(Finding):
    """An event has no ledger entry."""

    payment_id: str
    entry_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDiffers(Finding):
    """Fields of a ledger entry differ from its event."""

    entry_id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWithoutEvent(Finding):
    """A ledger entry belongs to no event."""

    entry_id: str
    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesGone(Finding):
    """Ledger entries disappeared during the verification."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOff(Finding):
    """The ledger does not sum to zero; `off` is the sum in minor units."""

    currency: str
    off: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDiffers(Finding):
    """A cell of a roll-up differs from the events; amounts are in minor units."""

    day: str
    merchant_id: str
    path: str
    cell: str
    counted: int
    amount: int
    expected: int
    expected_amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUpExtra(Finding):
    """A roll-up contains something that no event accounts for."""

    roll_up_id: str
    extra: str
