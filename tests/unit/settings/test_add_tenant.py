"""A tenant that is added knows by whom and when, and so does its audit record."""

import json

from refunds.adapters.memory.clock import START, FixedClock
from refunds.adapters.memory.ids import SeededIds
from refunds.adapters.memory.settings.parameters import MemoryParameters
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.domain.tenancy import ALL_TENANTS, PLATFORM, Principal, Role, Tenant, TenantKind
from refunds.usecases.audit.audit_codec import tenant_entry
from refunds.usecases.settings.add_tenant import AddTenant
from refunds.usecases.settings.config_cache import TenantConfigCache

ADMIN = Principal(id="usr_admin", role=Role.PLATFORM_ADMIN, scope=ALL_TENANTS)


async def a_bank() -> Tenant:
    """Added by the administrator."""
    tenants = MemoryTenants()
    config_cache = TenantConfigCache(parameters=MemoryParameters(), tenants=tenants)
    await config_cache.refresh()
    add = AddTenant(tenants=tenants, config_cache=config_cache, clock=FixedClock(), ids=SeededIds(FixedClock()))
    return await add(ADMIN, TenantKind.BANK, PLATFORM, "A bank")


async def test_tenant_has_who_added_it_and_when() -> None:
    tenant = await a_bank()

    assert (tenant.added_by, tenant.added_at) == ("usr_admin", START)


async def test_audit_record_has_who_added_a_tenant_and_when() -> None:
    told = json.loads(tenant_entry(await a_bank()).body)

    assert (told["type"], told["added_by"], told["added_at"]) == ("tenant.added", "usr_admin", "2026-03-01T12:00:00Z")


def test_record_of_a_tenant_from_before_has_the_bytes_that_it_had() -> None:
    before = Tenant(id="bnk_1", kind=TenantKind.BANK, parent_id=PLATFORM, name="A", path=(PLATFORM, "bnk_1"))

    assert tenant_entry(before).body == (
        b'{"id":"bnk_1","kind":"bank","name":"A","parent_id":"platform","path":["platform","bnk_1"],'
        b'"type":"tenant.added"}'
    )
