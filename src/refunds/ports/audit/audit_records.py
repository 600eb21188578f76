"""The audit log, read in pages for those who may see a tenant's. It lags a little behind, as the lists do.

A `Tenant` comes from the tree by way of a scope (`TenantTree.find`, `merchants_of`): it is the scope of these reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from refunds.domain.audit.hash_chain import AuditEntry, ChainLink
from refunds.domain.tenancy import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """A record with its place in the tenant's chain."""

    link: ChainLink
    entry: AuditEntry


class AuditRecords(Protocol):
    """The records of tenants' chains, each in order."""

    async def of_chain(self, tenant: Tenant, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """Those of the tenant's chain after `after_seq`; StoreUnavailable."""
        ...

    async def of_subject(self, tenant: Tenant, subject: str, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """The same, only of one payment or other thing that the records tell of."""
        ...
