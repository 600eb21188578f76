"""What every store of tenants promises (`ports.settings.tenants`)."""

import pytest
from tests.support.adapters.stores import Stores

from refunds.domain.errors import AlreadyExists, TenantNotFound
from refunds.domain.tenancy import ALL_TENANTS, Scope, Tenant, TenantKind

BANK = Tenant(id="bnk_01", kind=TenantKind.BANK, parent_id="platform", name="A bank", path=("platform", "bnk_01"))
PROGRAM = Tenant(
    id="prg_01",
    kind=TenantKind.PROGRAM,
    parent_id="bnk_01",
    name="Ein Prögramm €",
    path=("platform", "bnk_01", "prg_01"),
)


async def test_tenants_are_loaded_as_they_were_added(stores: Stores) -> None:
    await stores.tenants.add(ALL_TENANTS, BANK)
    await stores.tenants.add(Scope(node_id="bnk_01"), PROGRAM)

    loaded = (await stores.tenants.load_all()).readable

    assert sorted(loaded, key=lambda tenant: tenant.id) == [BANK, PROGRAM]


async def test_version_grows_with_every_tenant(stores: Stores) -> None:
    before = await stores.tenants.version()
    await stores.tenants.add(ALL_TENANTS, BANK)
    between = await stores.tenants.version()
    await stores.tenants.add(ALL_TENANTS, PROGRAM)

    assert before < between < await stores.tenants.version()


async def test_id_of_a_tenant_is_taken_once(stores: Stores) -> None:
    await stores.tenants.add(ALL_TENANTS, BANK)
    before = await stores.tenants.version()

    with pytest.raises(AlreadyExists):
        await stores.tenants.add(ALL_TENANTS, BANK)

    assert await stores.tenants.version() == before


async def test_tenant_is_not_added_outside_of_the_scope(stores: Stores) -> None:
    with pytest.raises(TenantNotFound):
        await stores.tenants.add(Scope(node_id="bnk_02"), PROGRAM)

    assert not (await stores.tenants.load_all()).readable
