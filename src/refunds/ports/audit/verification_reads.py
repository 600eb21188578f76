"""Reads of read models and audit log for verification. Every read is bounded; nothing is written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from refunds.domain.audit.hash_chain import AuditEntry, ChainHead, ChainLink
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.ledger.roll_ups import CountAndSum, RollUpDimensions, RollUpKey
from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.verification.payment_findings import GatewayIdShared, KeyOfSeveralPayments
from refunds.ports.projections.read_models import ListedRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSum:
    """The ledger's sums for one currency, in minor units."""

    currency: str
    entries: int
    gateway_amount: int
    merchant_amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledUp:
    """One merchant's day with its cells as stored; `extras` names content that no relay writes."""

    id: str
    key: RollUpKey
    cells: Mapping[RollUpDimensions, CountAndSum]
    extras: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPayment:
    """A payment in a reader's quarantine: since when (text, UTC), why, and which versions wait with it."""

    id: str
    reader: str
    payment_id: str
    since: str
    reason: str
    versions: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Id of a row or ledger entry, with the id of its payment."""

    id: str
    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A record of the audit log: its id, and the version of its subject."""

    id: str
    subject: str
    version: int


class VerificationReads(Protocol):
    """Reads of read models and audit log, by majority reads."""

    async def caught_up(self, timeout_s: float) -> bool:
        """Waits until every earlier write is applied; returns False if that takes longer than `timeout_s`."""
        ...

    async def rows(self, refund_ids: Sequence[str]) -> Mapping[str, ListedRefund]:
        """Returns rows of the list by refund id; their `is_new` is False."""
        ...

    async def entries(self, entry_ids: Sequence[str]) -> Sequence[LedgerEntry]:
        """Returns the ledger entries with these ids, as far as they exist."""
        ...

    async def listed_after(self, refund_id: str, rows_max: int) -> Sequence[Named]:
        """Returns rows of the list after this id, in the order of ids."""
        ...

    async def posted_after(self, entry_id: str, entries_max: int) -> Sequence[Named]:
        """Returns ledger entries after this id, in the order of ids."""
        ...

    async def records(self, subjects: Sequence[str]) -> Sequence[AuditEntry]:
        """Returns all records of the audit log with these subjects."""
        ...

    async def audited_after(self, record_id: str, records_max: int) -> Sequence[Audited]:
        """Returns records of the audit log after this id, in the order of ids: by chain, then by `seq`."""
        ...

    async def waiting_of(self, payment_ids: Sequence[str]) -> Collection[str]:
        """Returns those of these payments that are in the relay's quarantine."""
        ...

    async def waiting(self, after_id: str, payments_max: int) -> Sequence[WaitingPayment]:
        """Returns payments in any reader's quarantine, in the order of `WaitingPayment.id`."""
        ...

    async def audited_settings(self) -> Sequence[str]:
        """Returns the ids of all tenants and parameter values with a record in the audit log."""
        ...

    async def roll_ups(self, after_id: str, days_max: int) -> Sequence[RolledUp]:
        """Returns merchants' days after this id, in the order of ids."""
        ...

    async def rows_count(self) -> int:
        """Returns the number of rows in the list."""
        ...

    async def ledger_sums(self) -> Sequence[LedgerSum]:
        """Returns the sums over the whole ledger by currency."""
        ...

    async def repeated_keys(self, keys_max: int) -> Sequence[KeyOfSeveralPayments]:
        """Returns one finding per idempotency key under which a merchant has refunds of different payments."""
        ...

    async def shared_gateway_ids(self, ids_max: int) -> Sequence[GatewayIdShared]:
        """Returns one finding per id at a gateway that refunds of different payments have."""
        ...

    async def files(self, wanted: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], BulkFile]:
        """Returns the readable records of files by merchant and key, for those that exist."""
        ...

    async def heads(self, after_chain: str, heads_max: int) -> Sequence[ChainHead]:
        """Returns heads of the audit chains after this chain, ordered by chain."""
        ...

    async def stored_at(self, places: Sequence[ChainHead]) -> Sequence[ChainHead]:
        """Returns the records at these chains and `seq` that exist, with their present hashes."""
        ...

    async def links(self, head: ChainHead, after_seq: int, links_max: int) -> Sequence[ChainLink]:
        """Returns links of a chain in order, up to its head."""
        ...

    async def records_count(self) -> int:
        """Returns the number of records in the audit log."""
        ...


def shared_id(gateway: str, gateway_refund_id: str, payment_ids: Collection[str]) -> GatewayIdShared:
    """Returns the finding for an id at a gateway that refunds of these payments have."""
    return GatewayIdShared(gateway_refund_id=gateway_refund_id, gateway=gateway, payment_ids=tuple(sorted(payment_ids)))
