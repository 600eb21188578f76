"""Reads the read models and the audit log for verification. Every read is bounded, and nothing is written."""

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
    """The sums of all ledger entries in one currency, in minor units. `entries` is the number of entries."""

    currency: str
    entries: int
    gateway_amount: int
    merchant_amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledUp:
    """The stored cells of one merchant's roll-up for one day. `extras` names content that the relay never writes."""

    id: str
    key: RollUpKey
    cells: Mapping[RollUpDimensions, CountAndSum]
    extras: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPayment:
    """A payment that a reader of the feed has put into its quarantine.

    `since` is when the wait began, as text in UTC. `reason` is why the reader could not apply the payment. `versions`
    are the later versions of the payment, which wait too.
    """

    id: str
    reader: str
    payment_id: str
    since: str
    reason: str
    versions: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The id of a row or a ledger entry, with the id of its payment."""

    id: str
    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """The id of an audit record, with its subject and the subject's version."""

    id: str
    subject: str
    version: int


class VerificationReads(Protocol):
    """Reads the read models and the audit log, always by majority reads."""

    async def caught_up(self, timeout_s: float) -> bool:
        """Waits until the read models contain every earlier write.

        Returns False if this takes longer than `timeout_s` seconds.
        """
        ...

    async def rows(self, refund_ids: Sequence[str]) -> Mapping[str, ListedRefund]:
        """Returns a table that maps refund ids to the rows of the list of refunds.

        `is_new` of each row is False. An id without a row is left out.
        """
        ...

    async def entries(self, entry_ids: Sequence[str]) -> Sequence[LedgerEntry]:
        """Returns the ledger entries with these ids. An id without an entry is left out."""
        ...

    async def listed_after(self, refund_id: str, rows_max: int) -> Sequence[Named]:
        """Returns the next rows of the list of refunds after `refund_id`, ordered by id.

        Returns at most `rows_max` rows.
        """
        ...

    async def posted_after(self, entry_id: str, entries_max: int) -> Sequence[Named]:
        """Returns the next ledger entries after `entry_id`, ordered by id. Returns at most `entries_max` entries."""
        ...

    async def records(self, subjects: Sequence[str]) -> Sequence[AuditEntry]:
        """Returns all audit records about these subjects."""
        ...

    async def audited_after(self, record_id: str, records_max: int) -> Sequence[Audited]:
        """Returns the next audit records after `record_id`, ordered by id.

        So the records are ordered by chain, then by `seq`. Returns at most `records_max` records.
        """
        ...

    async def waiting_of(self, payment_ids: Sequence[str]) -> Collection[str]:
        """Returns the ids of the given payments that are in the relay's quarantine."""
        ...

    async def waiting(self, after_id: str, payments_max: int) -> Sequence[WaitingPayment]:
        """Returns the next payments after `after_id` in the quarantines of all readers.

        The payments are ordered by `WaitingPayment.id`. Returns at most `payments_max` payments.
        """
        ...

    async def audited_settings(self) -> Sequence[str]:
        """Returns the ids of all tenants and parameter values that have an audit record."""
        ...

    async def roll_ups(self, after_id: str, days_max: int) -> Sequence[RolledUp]:
        """Returns the next daily roll-ups of merchants after `after_id`, ordered by id.

        Returns at most `days_max` roll-ups.
        """
        ...

    async def rows_count(self) -> int:
        """Returns the number of rows in the list of refunds."""
        ...

    async def ledger_sums(self) -> Sequence[LedgerSum]:
        """Returns the sums of the whole ledger, one for each currency."""
        ...

    async def repeated_keys(self, keys_max: int) -> Sequence[KeyOfSeveralPayments]:
        """Returns a finding for each idempotency key that several payments of one merchant use.

        A payment uses a key if one of its refunds has the key. Returns at most `keys_max` findings.
        """
        ...

    async def shared_gateway_ids(self, ids_max: int) -> Sequence[GatewayIdShared]:
        """Returns a finding for each gateway id that refunds of several payments have.

        Returns at most `ids_max` findings.
        """
        ...

    async def files(self, wanted: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], BulkFile]:
        """Returns a table that maps a merchant and an idempotency key to the record of a file.

        A record that does not exist or cannot be read is left out.
        """
        ...

    async def heads(self, after_chain: str, heads_max: int) -> Sequence[ChainHead]:
        """Returns the next heads of the audit chains after `after_chain`, ordered by chain.

        Returns at most `heads_max` heads.
        """
        ...

    async def stored_at(self, places: Sequence[ChainHead]) -> Sequence[ChainHead]:
        """Returns the stored audit records at the chains and `seq` numbers in `places`.

        Each result has the current hash of the record. A place without a record is left out.
        """
        ...

    async def links(self, head: ChainHead, after_seq: int, links_max: int) -> Sequence[ChainLink]:
        """Returns the next links of a chain after `after_seq`, in order and up to `head`.

        Returns at most `links_max` links.
        """
        ...

    async def records_count(self) -> int:
        """Returns the number of records in the audit log."""
        ...


def shared_id(gateway: str, gateway_refund_id: str, payment_ids: Collection[str]) -> GatewayIdShared:
    """Returns the finding that refunds of all these payments have the same id at the gateway."""
    return GatewayIdShared(gateway_refund_id=gateway_refund_id, gateway=gateway, payment_ids=tuple(sorted(payment_ids)))
