"""Decides who may do what, by Cedar policies that auditors can read.

Each decision is cached. Each service has its own `.cedar` files. A policy reads the level of the principal's role
(`principal.level`, where 0 is the platform) and the group of the role. A policy also reads the level of the tenant
concerned, and whether a second factor is recent. The stores, not the policies, check the caller's scope.
"""

from collections.abc import Sequence
from enum import StrEnum

import cedarpy

from refunds.domain.tenancy import Role, TenantKind

LEVELS: dict[TenantKind, int] = {kind: level for level, kind in enumerate(TenantKind)}

_ADMIN_OF: dict[Role, TenantKind] = {
    Role.PLATFORM_ADMIN: TenantKind.PLATFORM,
    Role.BANK_ADMIN: TenantKind.BANK,
    Role.PROGRAM_ADMIN: TenantKind.PROGRAM,
    Role.ORGANIZATION_ADMIN: TenantKind.ORGANIZATION,
    Role.MERCHANT_ADMIN: TenantKind.MERCHANT,
}
_BELOW_ALL = len(LEVELS)


class Permission(StrEnum):
    """States whether a role may do an action."""

    ALLOWED = "allowed"
    NEEDS_SECOND_FACTOR = "needs_second_factor"
    FORBIDDEN = "forbidden"


class Policies:
    """The policies of one web application.

    Raises ValueError if a text is not Cedar. The cache has at most roles x actions x levels x 2 entries.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._policies = cedarpy.PolicySet.from_str("\n".join(texts))
        self._entities = [*map(_role_entity, Role), *map(_tenant_entity, TenantKind)]
        self._known: dict[tuple[Role, str, TenantKind, bool], Permission] = {}

    def permission(self, role: Role, action: str, level: TenantKind, has_recent_factor: bool) -> Permission:
        """Returns whether the role may do the action to a tenant of this level and to all tenants below it."""
        question = (role, action, level, has_recent_factor)
        known = self._known.get(question)
        if known is None:
            known = self._known[question] = self._ask(*question)
        return known

    def roles_for(self, action: str, level: TenantKind) -> tuple[Role, ...]:
        """Returns the roles that may do the action to a tenant of this level.

        Some of these roles may need a second factor.
        """
        return tuple(role for role in Role if self.permission(role, action, level, True) is Permission.ALLOWED)

    def _ask(self, role: Role, action: str, level: TenantKind, has_recent_factor: bool) -> Permission:
        if self._is_allowed(role, action, level, has_recent_factor):
            return Permission.ALLOWED
        if not has_recent_factor and self._is_allowed(role, action, level, True):
            return Permission.NEEDS_SECOND_FACTOR
        return Permission.FORBIDDEN

    def _is_allowed(self, role: Role, action: str, level: TenantKind, has_recent_factor: bool) -> bool:
        request = {
            "principal": f'Role::"{role.value}"',
            "action": f'Action::"{action}"',
            "resource": f'Tenant::"{level.value}"',
            "context": {"has_recent_factor": has_recent_factor},
        }
        return bool(cedarpy.is_authorized(request, self._policies, self._entities).allowed)


def _role_entity(role: Role) -> dict[str, object]:
    kind = _ADMIN_OF.get(role)
    return {
        "uid": {"type": "Role", "id": role.value},
        "attrs": {"level": _BELOW_ALL if kind is None else LEVELS[kind]},
        "parents": [] if kind is None else [{"type": "Group", "id": "admins"}],
    }


def _tenant_entity(kind: TenantKind) -> dict[str, object]:
    return {"uid": {"type": "Tenant", "id": kind.value}, "attrs": {"level": LEVELS[kind]}, "parents": []}
