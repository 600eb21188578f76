"""Keeps a snapshot of all tenants and parameters in memory, so that refunds read them without I/O.

If a store has changed, a refresh replaces the snapshot. The loop of each service refreshes the snapshot from time to
time. Every write of this process also refreshes it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from refunds.domain import ids
from refunds.domain.errors import SettingsUnreadable, StoreUnavailable
from refunds.domain.settings.parameters import ParameterSnapshot, Resolved
from refunds.domain.settings.refund_policy import Limits, limits_of
from refunds.domain.settings.unreadable_settings import UnreadableTenant, UnreadableValue
from refunds.domain.tenancy import ROOT, Scope, Tenant, TenantKind, TenantTree
from refunds.ports.settings.parameters import ParameterStore
from refunds.ports.settings.tenants import TenantStore

MEMO_MAX = 100_000

_K = TypeVar("_K")
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class _Known(Generic[_V]):
    """A cached answer, valid from `since` until `until`. If `since` or `until` is None, that side has no limit."""

    answer: _V
    since: datetime | None
    until: datetime | None

    def holds_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(slots=True)
class TenantConfigCache:
    """The snapshots of parameters and tenants. Only `refresh`, `publish` and `find_tenant` do I/O.

    `find_tenant` calls `reload` if the snapshot lacks a tenant. `reload` may combine concurrent calls into one refresh.
    If `reload` is None, `refresh` is called. `announce` notifies the other processes of a change. `announce` is None if
    there are no other processes.
    """

    parameters: ParameterStore
    tenants: TenantStore
    tree: TenantTree = field(default_factory=lambda: TenantTree(nodes={ROOT.id: ROOT}))
    snapshot: ParameterSnapshot = field(default_factory=lambda: ParameterSnapshot(-1, ()))
    reload: Callable[[], Awaitable[object]] | None = None
    announce: Callable[[], None] | None = None
    unreadable_tenants: Mapping[str, UnreadableTenant] = field(default_factory=dict)
    _tenants_version: int = -1
    _limits: dict[tuple[str, ...], _Known[Limits]] = field(default_factory=dict)
    _resolved: dict[tuple[str, tuple[str, ...]], _Known[Resolved]] = field(default_factory=dict)
    _routes: dict[str, list[str]] = field(default_factory=dict)

    async def refresh(self) -> bool:
        """Loads what has changed in the stores. Returns True if anything has changed."""
        tenants_version = await self.tenants.version()
        parameters_version = await self.parameters.version()
        has_changed = await self._load_tenants(tenants_version)
        has_changed |= await self._load_parameters(parameters_version)
        if has_changed:
            self._limits, self._resolved = {}, {}
        return has_changed

    async def publish(self) -> None:
        """Refreshes this process and notifies the other processes. Must be called after a write to one of the stores.

        An unreadable store raises no error, because the write itself has succeeded. The next refresh then loads the
        change.
        """
        if self.announce is not None:
            self.announce()
        with suppress(StoreUnavailable):
            await self.refresh()

    async def _load_tenants(self, version: int) -> bool:
        """Loads the tenants of this version and returns True if the snapshot has changed.

        Changes nothing if a concurrent refresh has already loaded a later version.
        """
        seen = self._tenants_version
        if version == seen and not self.unreadable_tenants:
            return False
        loaded = await self.tenants.load_all()
        if self._tenants_version != seen and self._tenants_version >= version:
            return False
        unreadable = {tenant.id: tenant for tenant in loaded.unreadable}
        if version == seen and unreadable == self.unreadable_tenants:
            return False
        self._take_tenants(loaded.readable, unreadable)
        self._tenants_version = version
        return True

    async def _load_parameters(self, version: int) -> bool:
        seen = self.snapshot.version
        if version == seen and not self.snapshot.unreadable:
            return False
        loaded = await self.parameters.load_all()
        if self.snapshot.version != seen and self.snapshot.version >= version:
            return False
        if version == seen and loaded.unreadable == self.snapshot.unreadable:
            return False
        self.snapshot = ParameterSnapshot(version, loaded.readable, loaded.unreadable)
        return True

    def _take_tenants(self, tenants: Sequence[Tenant], unreadable: Mapping[str, UnreadableTenant]) -> None:
        nodes = {ROOT.id: ROOT} | {t.id: t for t in tenants}
        merchants = [tenant.id for tenant in nodes.values() if tenant.kind is TenantKind.MERCHANT]
        routes: dict[str, list[str]] = {}
        for merchant_id in [*merchants, *unreadable]:
            routes.setdefault(ids.merchant_route(merchant_id), []).append(merchant_id)
        self.tree, self._routes, self.unreadable_tenants = TenantTree(nodes=nodes), routes, unreadable

    @property
    def unreadable(self) -> Sequence[UnreadableTenant | UnreadableValue]:
        """Returns the stored tenants and parameter values that cannot be read.

        Each refresh tries to load them again.
        """
        return [*self.unreadable_tenants.values(), *self.snapshot.unreadable]

    def is_known_tenant(self, tenant_id: str) -> bool:
        """Returns True if the tree has the tenant. Raises SettingsUnreadable if the tenant cannot be read."""
        if tenant_id in self.unreadable_tenants:
            raise SettingsUnreadable(kind="tenant", id=tenant_id)
        return tenant_id in self.tree.nodes

    def limits(self, path: tuple[str, ...], now: datetime) -> Limits:
        """Returns the limits in force at `now` for the tenant at `path` (root first). Raises SettingsUnreadable."""
        known = self._limits.get(path)
        if known is not None and known.holds_at(now):
            return known.answer
        limits = limits_of(self.snapshot, path, now)
        _remember(self._limits, path, self._known(limits, now))
        return limits

    def resolve(self, name: str, path: tuple[str, ...], now: datetime) -> Resolved:
        """Returns the value of a parameter at `now`, with its origin.

        Raises ParameterNotFound or SettingsUnreadable.
        """
        known = self._resolved.get((name, path))
        if known is not None and known.holds_at(now):
            return known.answer
        resolved = self.snapshot.resolve(name, path, now)
        _remember(self._resolved, (name, path), self._known(resolved, now))
        return resolved

    def _known(self, answer: _V, now: datetime) -> _Known[_V]:
        return _Known(answer, self.snapshot.unchanged_since(now), self.snapshot.unchanged_until(now))

    def tenant(self, scope: Scope, tenant_id: str) -> Tenant | None:
        """Returns the tenant if the scope covers it, else None.

        Raises SettingsUnreadable if the scope covers the tenant but its document cannot be read.
        """
        unreadable = self.unreadable_tenants.get(tenant_id)
        if unreadable is not None and scope.covers(unreadable.path):
            raise SettingsUnreadable(kind="tenant", id=tenant_id)
        return self.tree.find(scope, tenant_id)

    async def find_tenant(self, scope: Scope, tenant_id: str) -> Tenant | None:
        """Returns the tenant if the scope covers it. Reloads the tenants first if the tenant is not found.

        The reload is needed because another process may just have added the tenant. The cache also reloads if the scope
        does not cover the tenant. Otherwise the shorter response time would reveal that the tenant exists.
        """
        known = self.tenant(scope, tenant_id)
        if known is not None:
            return known
        await (self.reload or self.refresh)()
        return self.tenant(scope, tenant_id)

    def merchants_on_route(self, route: str) -> list[str]:
        """Returns the ids of the merchants with this merchant route in their refund ids. Usually there is only one."""
        return self._routes.get(route, [])


def _remember(memo: dict[_K, _V], key: _K, value: _V) -> None:
    if len(memo) >= MEMO_MAX:
        memo.clear()
    memo[key] = value
