"""The tree of tenants, and which part of it a caller may see.

bank → program → organization → merchant, all below the root `platform`. A scope is a node: it covers that node and all
nodes below it. Every store method takes a `Scope` first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

PLATFORM = "platform"


class TenantKind(StrEnum):
    """Level of a node in the tree, from the root down."""

    PLATFORM = "platform"
    BANK = "bank"
    PROGRAM = "program"
    ORGANIZATION = "organization"
    MERCHANT = "merchant"


PARENT_KIND: dict[TenantKind, TenantKind] = {
    TenantKind.BANK: TenantKind.PLATFORM,
    TenantKind.PROGRAM: TenantKind.BANK,
    TenantKind.ORGANIZATION: TenantKind.PROGRAM,
    TenantKind.MERCHANT: TenantKind.ORGANIZATION,
}


class Role(StrEnum):
    """The role of a principal; the policies define its permissions."""

    PLATFORM_ADMIN = "platform_admin"
    BANK_ADMIN = "bank_admin"
    PROGRAM_ADMIN = "program_admin"
    ORGANIZATION_ADMIN = "organization_admin"
    MERCHANT_ADMIN = "merchant_admin"
    SUPPORT_STAFF = "support_staff"
    SERVICE = "service"
    AUDITOR = "auditor"


class Tenant(Struct, frozen=True, kw_only=True):
    """One node. `path` runs from the root to the node itself, both included; `added_by` of the root is empty."""

    id: str
    kind: TenantKind
    parent_id: str
    name: str
    path: tuple[str, ...]
    added_by: str = ""
    added_at: datetime | None = None


ROOT = Tenant(id=PLATFORM, kind=TenantKind.PLATFORM, parent_id="", name="Platform", path=(PLATFORM,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The node whose subtree the caller may see."""

    node_id: str

    def covers(self, path: tuple[str, ...]) -> bool:
        """True if an object at `path` lies within the scope."""
        return self.node_id in path


ALL_TENANTS = Scope(node_id=PLATFORM)
"""Scope of the product's own workers, which work for all tenants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The caller. `mfa_at_s` is when a second factor was last verified, in seconds since 1970, or None."""

    id: str
    role: Role
    scope: Scope
    mfa_at_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantTree:
    """An immutable snapshot of all tenants, by id."""

    nodes: Mapping[str, Tenant]

    def find(self, scope: Scope, tenant_id: str) -> Tenant | None:
        """Returns the tenant if the scope covers it, else None."""
        tenant = self.nodes.get(tenant_id)
        return tenant if tenant is not None and scope.covers(tenant.path) else None

    def merchants_of(self, scope: Scope) -> list[Tenant]:
        """Returns all merchants that the scope covers."""
        return [t for t in self.nodes.values() if t.kind is TenantKind.MERCHANT and scope.covers(t.path)]
