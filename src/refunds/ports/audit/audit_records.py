"""Reads a tenant's audit log in pages.

Changes reach the audit log and the lists with a short delay. The reads check no scope. So the caller must first find
the `Tenant` within the caller's own scope (`TenantTree.find` or `merchants_of`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from refunds.domain.audit.hash_chain import AuditEntry, ChainLink
from refunds.domain.tenancy import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """A record of the audit log, with its link in the tenant's chain."""

    link: ChainLink
    entry: AuditEntry


class AuditRecords(Protocol):
    """Reads the audit records of tenants' chains, in the order of each chain."""

    async def of_chain(self, tenant: Tenant, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """Returns the next records of the tenant's chain after `after_seq`.

        Returns at most `records_max` records. Raises StoreUnavailable.
        """
        ...

    async def of_subject(self, tenant: Tenant, subject: str, after_seq: int, records_max: int) -> Sequence[AuditRecord]:
        """Returns the next records about one subject in the tenant's chain after `after_seq`.

        A subject is a payment, a tenant or a parameter value. Returns at most `records_max` records. Raises
        StoreUnavailable.
        """
        ...
