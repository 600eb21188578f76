"""What read models and audit log hold, read for verification. Every read has a bound; nothing is written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from refunds.domain.audit.hash_chain import AuditEntry, ChainHead, ChainLink
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.ledger.roll_ups import CountAndSum, RollUpDimensions, RollUpKey
from refunds.ports.projections.read_models import ListedRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSum:
    """The ledger's sums of one currency, in minor units."""

    currency: str
    entries: int
    gateway_amount: int
    merchant_amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledUp:
    """One merchant's day with its cells, as they stand; `extras` names what stands there and no relay writes."""

    id: str
    key: RollUpKey
    cells: Mapping[RollUpDimensions, CountAndSum]
    extras: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPayment:
    """A payment in a reader's quarantine: since when (as text, UTC), why, and which versions wait with it."""

    id: str
    reader: str
    payment_id: str
    since: str
    reason: str
    versions: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A row or an entry, and the payment that it names."""

    id: str
    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A record of the audit log: its place, and the version of the subject that it tells of."""

    id: str
    subject: str
    version: int


class VerificationReads(Protocol):
    """The archive as a majority holds it."""

    async def caught_up(self, timeout_s: float) -> bool:
        """Waits until all that was written before this call is applied; False where that takes longer."""
        ...

    async def rows(self, refund_ids: Sequence[str]) -> Mapping[str, ListedRefund]:
        """Rows of the list by refund, none of them new."""
        ...

    async def entries(self, entry_ids: Sequence[str]) -> Sequence[LedgerEntry]:
        """Entries of the ledger."""
        ...

    async def listed_after(self, refund_id: str, rows_max: int) -> Sequence[Named]:
        """Rows of the list in the order of their ids."""
        ...

    async def posted_after(self, entry_id: str, entries_max: int) -> Sequence[Named]:
        """Entries of the ledger in the order of their ids."""
        ...

    async def records(self, subjects: Sequence[str]) -> Sequence[AuditEntry]:
        """All records of the audit log that tell of these subjects."""
        ...

    async def audited_after(self, record_id: str, records_max: int) -> Sequence[Audited]:
        """Records of the audit log in the order of their ids: by chain, then by their places in it."""
        ...

    async def waiting_of(self, payment_ids: Sequence[str]) -> Collection[str]:
        """Those of the payments that stand in the quarantine of the relay, which keeps the read models."""
        ...

    async def waiting(self, after_id: str, payments_max: int) -> Sequence[WaitingPayment]:
        """Payments in any reader's quarantine, in the order of their places' ids."""
        ...

    async def settings_told(self) -> Sequence[str]:
        """All tenants and parameter values of which the audit log tells."""
        ...

    async def roll_ups(self, after_id: str, days_max: int) -> Sequence[RolledUp]:
        """Merchants' days in the order of their ids."""
        ...

    async def rows_count(self) -> int:
        """How many rows the list has."""
        ...

    async def ledger_sums(self) -> Sequence[LedgerSum]:
        """Sums over the whole ledger by currency."""
        ...

    async def repeated_keys(self, lines_max: int) -> Sequence[str]:
        """Refunds of different payments of a merchant under one idempotency key, a line each."""
        ...

    async def heads(self, after_chain: str, heads_max: int) -> Sequence[ChainHead]:
        """Heads of the audit chains by chain."""
        ...

    async def stored_at(self, places: Sequence[ChainHead]) -> Sequence[ChainHead]:
        """Of the records at these chains and `seq`, those that are there, each with the hash that it carries now."""
        ...

    async def links(self, head: ChainHead, after_seq: int, links_max: int) -> Sequence[ChainLink]:
        """Links of a chain in order, none beyond its head."""
        ...

    async def records_count(self) -> int:
        """How many records the audit log has."""
        ...
