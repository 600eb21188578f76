"""Defines the tree of tenants and the part of the tree that a caller may see.

The root is `platform`. Below it come banks, then programs, organizations and merchants. A scope is a node and covers
that node and all nodes below it. Most methods of the stores take a `Scope` as their first parameter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

PLATFORM = "platform"


class TenantKind(StrEnum):
    """The level of a node in the tree of tenants. The levels are listed from the root down."""

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
    """The role of a principal. The policies define the permissions of each role."""

    PLATFORM_ADMIN = "platform_admin"
    BANK_ADMIN = "bank_admin"
    PROGRAM_ADMIN = "program_admin"
    ORGANIZATION_ADMIN = "organization_admin"
    MERCHANT_ADMIN = "merchant_admin"
    SUPPORT_STAFF = "support_staff"
    SERVICE = "service"
    AUDITOR = "auditor"


class Tenant(Struct, frozen=True, kw_only=True):
    """One node of the tree of tenants.

    `path` runs from the root to the node and includes both. `added_by` of the root is empty.
    """

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
    """The part of the tree of tenants that a caller may see.

    The scope covers the node `node_id` and all nodes below this node.
    """

    node_id: str

    def covers(self, path: tuple[str, ...]) -> bool:
        """True if an object at `path` lies within the scope."""
        return self.node_id in path


ALL_TENANTS = Scope(node_id=PLATFORM)
"""Scope of the product's own workers, which work for all tenants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The caller of the service.

    `mfa_at_s` is the time when a second factor was last verified, in seconds since 1970. If no second factor was
    verified, `mfa_at_s` is None.
    """

    id: str
    role: Role
    scope: Scope
    mfa_at_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantTree:
    """An immutable snapshot of all tenants. `nodes` maps ids to tenants."""

    nodes: Mapping[str, Tenant]

    def find(self, scope: Scope, tenant_id: str) -> Tenant | None:
        """Returns the tenant if it exists and the scope covers it, else None."""
        tenant = self.nodes.get(tenant_id)
        return tenant if tenant is not None and scope.covers(tenant.path) else None

    def merchants_of(self, scope: Scope) -> list[Tenant]:
        """Returns all merchants that the scope covers."""
        return [t for t in self.nodes.values() if t.kind is TenantKind.MERCHANT and scope.covers(t.path)]
