"""Sets a parameter for one tenant. Called by parameter-resolution."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from refunds.domain.errors import TenantNotFound
from refunds.domain.invalid_input import BeginsInThePast, EndsBeforeItBegins
from refunds.domain.money import Amount
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
from refunds.domain.settings.value_errors import LooserThanAbove, LooserThanDefault
from refunds.domain.tenancy import Principal, Tenant
from refunds.ports.clock import Clock
from refunds.ports.ids import IdSource
from refunds.ports.settings.parameters import ParameterStore
from refunds.usecases.settings.config_cache import TenantConfigCache

PAST_TOLERANCE = timedelta(minutes=5)
"""How far `effective_from` may lie in the past, because clocks differ. An earlier time would change past decisions."""


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
        """Stores the value and returns it.

        Raises ParameterNotFound, TenantNotFound, NotOverridable, ValueOutOfRange, BeginsInThePast or
        EndsBeforeItBegins. ValueOutOfRange also means that the value is looser than a level above allows. Raises
        AlreadyExists if `value_id` is already used.
        """
        of = definition(name)
        tenant = await self.config_cache.find_tenant(principal.scope, tenant_id)
        if tenant is None:
            raise TenantNotFound(id=tenant_id, pointer="/tenant_id")
        check_settable(of, tenant_id)
        now = self.clock.now()
        begins = effective_from or now
        if begins < now - PAST_TOLERANCE:
            raise BeginsInThePast
        if expires_at is not None and expires_at <= begins:
            raise EndsBeforeItBegins
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
        """Raises LooserThanAbove or LooserThanDefault if a level above has a stricter bound.

        A looser value would have no effect.
        """
        if of.strictest is None:
            return
        above = self.config_cache.snapshot.resolve(of.name, tenant.path[:-1], at)
        may_loosen = above.source == "default" and len(tenant.path) <= SPONSOR_LEVELS
        if not may_loosen and is_looser(of, above.value, value, at):
            error = LooserThanDefault if above.source == "default" else LooserThanAbove
            raise error(name=of.name, above=_in_force(above, value, at), set_at=above.source)


def _in_force(above: Resolved, asked: Value, at: datetime) -> tuple[int | str | Amount | None, ...]:
    """Returns the value that is in force at the levels above, as a tuple.

    For a money limit, returns only the amounts in the currencies for which `asked` is looser.
    """
    if isinstance(above.value, Mapping):
        limit = money_limit(above.value, at)
        named = looser_currencies(above.value, asked, limit.rates) if isinstance(asked, Mapping) else above.value
        return tuple(Amount(limit.of(code), code) for code in named)
    return above.value if isinstance(above.value, tuple) else (above.value,)
