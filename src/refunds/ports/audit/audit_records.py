"""Reads a tenant's audit log in pages. The log, like the lists, gets each change with a short delay.

The `Tenant` is the scope of these reads: callers find it by their own scope (`TenantTree.find`, `merchants_of`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from refunds.domain.audit.hash_chain import AuditEntry, ChainLink
from refunds.domain.tenancy import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """A record with its link in the tenant's chain."""

    link: ChainLink
    entry: AuditEntry


class AuditRecords(Protocol):
    """The records of tenants' chains, each in order."""

    async def of_chain(self, tenant: Tenant, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """Returns at most `records_max` records of the tenant's chain after `after_seq`. Raises StoreUnavailable."""
        ...

    async def of_subject(self, tenant: Tenant, subject: str, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """Returns at most `records_max` records of one subject: a payment, tenant or parameter value.

        Raises StoreUnavailable.
        """
        ...
