"""Sets a parameter at a node of the tenant tree. Called by parameter-resolution."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from refunds.domain.errors import InvalidInput, TenantNotFound
from refunds.domain.parameters import ParameterValue, Value, check_settable, checked, definition
from refunds.domain.tenancy import Principal
from refunds.ports.clock import Clock
from refunds.ports.ids import IdSource
from refunds.ports.parameters import ParameterStore
from refunds.usecases.cabinet import Cabinet

PAST_TOLERANCE = timedelta(minutes=5)
"""Clocks differ a little; beyond that a value would rewrite what was in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParameter:
    """The use case with what it needs."""

    parameters: ParameterStore
    cabinet: Cabinet
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

        Errors: ParameterNotFound, TenantNotFound, NotOverridable, ValueOutOfRange, InvalidInput, AlreadyExists where
        `value_id` is given and taken.
        """
        of = definition(name)
        if self.cabinet.tenant(principal.scope, tenant_id) is None:
            raise TenantNotFound(id=tenant_id, pointer="/tenant_id")
        check_settable(of, tenant_id)
        now = self.clock.now()
        begins = effective_from or now
        if begins < now - PAST_TOLERANCE:
            raise InvalidInput(pointer="/effective_from", rule="effective_from may not lie in the past")
        if expires_at is not None and expires_at <= begins:
            raise InvalidInput(pointer="/expires_at", rule="expires_at must be later than effective_from")
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
        await self.cabinet.refresh()
        return stored
