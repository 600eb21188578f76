"""The parameters and tenants of this process: an immutable snapshot, swapped whole when the stores have moved on.

Read on the way of every refund without I/O; refreshed by each service's own loop and after its own writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from refunds.domain import ids
from refunds.domain.limits import Limits, limits_of
from refunds.domain.parameters import ParameterSnapshot, Resolved
from refunds.domain.tenancy import ROOT, Scope, Tenant, TenantKind, TenantTree
from refunds.ports.parameters import ParameterStore
from refunds.ports.tenants import TenantStore

MEMO_MAX = 100_000

_K = TypeVar("_K")
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class _Known(Generic[_V]):
    """An answer of the snapshot with the span of time for which it is the same."""

    answer: _V
    since: datetime | None
    until: datetime | None

    def holds_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(slots=True)
class Cabinet:
    """Holds the snapshots; `refresh` is the only method that does I/O."""

    parameters: ParameterStore
    tenants: TenantStore
    tree: TenantTree = field(default_factory=lambda: TenantTree(nodes={ROOT.id: ROOT}))
    snapshot: ParameterSnapshot = field(default_factory=lambda: ParameterSnapshot(-1, ()))
    _tenants_version: int = -1
    _limits: dict[tuple[str, ...], _Known[Limits]] = field(default_factory=dict)
    _resolved: dict[tuple[str, tuple[str, ...]], _Known[Resolved]] = field(default_factory=dict)
    _routes: dict[str, list[str]] = field(default_factory=dict)

    async def refresh(self) -> bool:
        """Loads what has changed since; True where anything had."""
        tenants_version = await self.tenants.version()
        parameters_version = await self.parameters.version()
        changed = False
        if tenants_version != self._tenants_version:
            self._take_tenants(await self.tenants.load_all())
            self._tenants_version, changed = tenants_version, True
        if parameters_version != self.snapshot.version:
            self.snapshot = ParameterSnapshot(parameters_version, await self.parameters.load_all())
            changed = True
        if changed:
            self._limits, self._resolved = {}, {}
        return changed

    def _take_tenants(self, tenants: Sequence[Tenant]) -> None:
        nodes = {ROOT.id: ROOT} | {t.id: t for t in tenants}
        routes: dict[str, list[str]] = {}
        for tenant in nodes.values():
            if tenant.kind is TenantKind.MERCHANT:
                routes.setdefault(ids.merchant_route(tenant.id), []).append(tenant.id)
        self.tree, self._routes = TenantTree(nodes=nodes), routes

    def limits(self, path: tuple[str, ...], now: datetime) -> Limits:
        """The limits in force for the tenant at `path` (root first)."""
        known = self._limits.get(path)
        if known is not None and known.holds_at(now):
            return known.answer
        limits = limits_of(self.snapshot, path, now)
        _remember(self._limits, path, self._known(limits, now))
        return limits

    def resolve(self, name: str, path: tuple[str, ...], now: datetime) -> Resolved:
        """A parameter in force at `now`, with where it comes from; ParameterNotFound for an unknown name."""
        known = self._resolved.get((name, path))
        if known is not None and known.holds_at(now):
            return known.answer
        resolved = self.snapshot.resolve(name, path, now)
        _remember(self._resolved, (name, path), self._known(resolved, now))
        return resolved

    def _known(self, answer: _V, now: datetime) -> _Known[_V]:
        return _Known(answer, self.snapshot.unchanged_since(now), self.snapshot.unchanged_until(now))

    def tenant(self, scope: Scope, tenant_id: str) -> Tenant | None:
        """The tenant, where the scope covers it."""
        return self.tree.find(scope, tenant_id)

    def merchants_on_route(self, route: str) -> list[str]:
        """Ids of the merchants that a refund's id may point at (mostly one)."""
        return self._routes.get(route, [])


def _remember(memo: dict[_K, _V], key: _K, value: _V) -> None:
    if len(memo) >= MEMO_MAX:
        memo.clear()
    memo[key] = value
