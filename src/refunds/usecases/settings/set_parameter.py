"""Sets a parameter at a node of the tenant tree. Called by parameter-resolution."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from refunds.domain.errors import InvalidInput, TenantNotFound, ValueOutOfRange
from refunds.domain.money import format_amount
from refunds.domain.settings.money_limits import looser_currencies, money_limit
from refunds.domain.settings.parameter_checks import checked
from refunds.domain.settings.parameters import (
    SPONSOR_LEVELS,
    Definition,
    ParameterValue,
    Resolved,
    Value,
    check_settable,
    definition,
    is_looser,
)
from refunds.domain.tenancy import Principal, Tenant
from refunds.ports.clock import Clock
from refunds.ports.ids import IdSource
from refunds.ports.settings.parameters import ParameterStore
from refunds.usecases.settings.config_cache import TenantConfigCache

PAST_TOLERANCE = timedelta(minutes=5)
"""`effective_from` may be this much in the past, since clocks differ; more would rewrite what was in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParameter:
    """The use case with its dependencies."""

    parameters: ParameterStore
    config_cache: TenantConfigCache
    clock: Clock
    ids: IdSource

    async def __call__(
        self,
        principal: Principal,
        name: str,
        tenant_id: str,
        value: Value,
        effective_from: datetime | None = None,
        expires_at: datetime | None = None,
        value_id: str = "",
    ) -> ParameterValue:
        """The stored value.

        Errors: ParameterNotFound, TenantNotFound, NotOverridable, ValueOutOfRange (also for a value looser than a level
        above allows), InvalidInput, AlreadyExists if `value_id` is taken.
        """
        of = definition(name)
        tenant = await self.config_cache.find_tenant(principal.scope, tenant_id)
        if tenant is None:
            raise TenantNotFound(id=tenant_id, pointer="/tenant_id")
        check_settable(of, tenant_id)
        now = self.clock.now()
        begins = effective_from or now
        if begins < now - PAST_TOLERANCE:
            raise InvalidInput(pointer="/effective_from", rule="effective_from may not lie in the past")
        if expires_at is not None and expires_at <= begins:
            raise InvalidInput(pointer="/expires_at", rule="expires_at must be later than effective_from")
        self._check_not_loosened(of, tenant, checked(of, value), begins)
        stored = ParameterValue(
            id=value_id or self.ids.new("prv"),
            name=name,
            tenant_id=tenant_id,
            value=checked(of, value),
            effective_from=begins,
            expires_at=expires_at,
            set_by=principal.id,
            set_at=now,
        )
        await self.parameters.add(principal.scope, stored)
        await self.config_cache.publish()
        return stored

    def _check_not_loosened(self, of: Definition, tenant: Tenant, value: Value, at: datetime) -> None:
        """ValueOutOfRange if a level above has a stricter bound, since the value would have no effect."""
        if of.strictest is None:
            return
        above = self.config_cache.snapshot.resolve(of.name, tenant.path[:-1], at)
        may_loosen = above.source == "default" and len(tenant.path) <= SPONSOR_LEVELS
        if not may_loosen and is_looser(of, above.value, value, at):
            raise ValueOutOfRange(name=of.name, rule=f"may not be looser than {_shown(above, value, at)}")


def _shown(above: Resolved, asked: Value, at: datetime) -> str:
    """The value in force and its origin; of amounts only those in currencies in which `asked` is looser."""
    value = str(above.value).lower()
    if isinstance(above.value, tuple):
        value = ", ".join(map(str, above.value))
    if isinstance(above.value, Mapping):
        limit = money_limit(above.value, at)
        named = looser_currencies(above.value, asked, limit.rates) if isinstance(asked, Mapping) else above.value
        value = ", ".join(format_amount(limit.of(code), code) for code in named)
    return f"{value}, which is the default" if above.source == "default" else f"{value}, set at {above.source}"
