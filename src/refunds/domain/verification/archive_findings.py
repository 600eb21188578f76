"""Defines the findings about read models that differ from the payments.

The read models are the list of refunds, the roll-ups and the ledger. The module does no I/O.
"""

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
    """The outbox of a payment cannot be read. The outbox contains the events of the payment's latest version."""

    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotListed(Finding):
    """A refund has no row in the list of refunds."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDiffers(Finding):
    """A row in the list of refunds differs from its refund in the fields that `fields` names."""

    refund_id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVersionDiffers(Finding):
    """A row in the list of refunds differs from its refund in the version. `fields` names all fields that differ.

    `listed` is the version in the row, and `stored` is the version in the payment.
    """

    refund_id: str
    fields: tuple[str, ...]
    listed: int
    stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMiscounted(Finding):
    """A row in the list of refunds does not count exactly the versions that have events of the refund.

    `faults` lists each version that is missing, extra or out of order.
    """

    refund_id: str
    faults: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNotCounted(Finding):
    """A version has events of a refund, but the refund's row in the list does not count the version."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionWithoutEvent(Finding):
    """A refund's row in the list counts a version that has no event of the refund."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsOutOfOrder(Finding):
    """A row in the list of refunds counts a version twice, or its versions are out of order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWithoutRefund(Finding):
    """The list of refunds has a row for a refund that the payment does not contain."""

    refund_id: str
    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsGone(Finding):
    """Rows of the list of refunds were gone when verification read them again."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPosted(Finding):
    """An event of a payment has no entry in the ledger."""

    payment_id: str
    entry_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDiffers(Finding):
    """A ledger entry differs from its event in `fields`."""

    entry_id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWithoutEvent(Finding):
    """The ledger has an entry for which the payment has no event."""

    entry_id: str
    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesGone(Finding):
    """Ledger entries were gone when verification read them again."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOff(Finding):
    """The ledger does not sum to zero in a currency. `off` is the sum in minor units."""

    currency: str
    off: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDiffers(Finding):
    """A cell of a roll-up differs from the events of the payments.

    `counted` and `amount` are in the cell. `expected` and `expected_amount` follow from the events. Amounts are in
    minor units.
    """

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
    """A roll-up contains something that no event explains."""

    roll_up_id: str
    extra: str
