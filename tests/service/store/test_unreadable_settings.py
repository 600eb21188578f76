"""A stored tenant or parameter value that cannot be read stops what it may rule, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.verifying import verified_without_books
from tests.support.copies import replace
from tests.support.http.site import BANK, MERCHANT, OTHER_MERCHANT, PROGRAM, Client, World, running

from refunds.adapters.mongo.schema import PARAMETER_VALUES, TENANTS
from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.cli.views.verification_views import verification_out
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.tenancy import ALL_TENANTS, PLATFORM, Tenant, TenantKind
from refunds.usecases.settings.config_cache import TenantConfigCache
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]

SET_AT = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
DAYS = ParameterValue(
    id="prv_days",
    name="refund_window_days",
    tenant_id=MERCHANT,
    value=30,
    effective_from=SET_AT,
    expires_at=None,
    set_by="usr_admin",
    set_at=SET_AT,
)
LIMIT = replace(DAYS, id="prv_limit", name="refund_amount_max", tenant_id=OTHER_MERCHANT, value={"USD": 5_000})
BOUNDS = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)

DAMAGED_VALUES = [
    {"$unset": {"value": ""}},
    {"$unset": {"effective_from": ""}},
    {"$unset": {"expires_at": ""}},
    {"$unset": {"set_at": ""}},
    {"$set": {"value": "xx"}},
    {"$set": {"value": None}},
    {"$set": {"effective_from": 7}},
]
DAMAGED_TENANTS = [
    {"$unset": {"kind": ""}},
    {"$set": {"kind": "xx"}},
    {"$set": {"path": "platform"}},
    {"$set": {"name": 7}},
]


@asynccontextmanager
async def damaged(database: Database, name: str, document_id: str, change: Any) -> AsyncIterator[Client]:
    """An api that loaded tenants and values when one of them had been changed by hand."""
    world = World(tenants=MongoTenantStore(database))  # type: ignore[arg-type]
    world.parameters = MongoParameterStore(database)  # type: ignore[assignment]
    world.config_cache = TenantConfigCache(parameters=world.parameters, tenants=world.tenants)
    async with running(world) as api:
        for value in (DAYS, LIMIT):
            await world.parameters.add(ALL_TENANTS, value)
        for payment_id, merchant in (("pay_01", MERCHANT), ("pay_02", OTHER_MERCHANT)):
            await api.payment(id=payment_id, merchant_id=merchant, gateway_payment_id=f"ch_{payment_id}")
        changed = await database[name].update_one({"_id": document_id}, change)
        assert changed.modified_count == 1
        world.config_cache._tenants_version = -1  # as a process that starts now
        world.config_cache.snapshot.version = -1
        await world.config_cache.refresh()
        yield api


@pytest.mark.parametrize("change", [{"$unset": {"value": ""}}, {"$set": {"value": "xx"}}])
async def test_unreadable_value_stops_refunds_of_its_tenant_and_no_others(database: Database, change: Any) -> None:
    async with damaged(database, PARAMETER_VALUES, DAYS.id, change) as api:
        own, other = await api.refund("pay_01", 100), await api.refund("pay_02", 100)

    assert (own.status, own.code, DAYS.id in own.body["detail"]) == (503, "settings_unreadable", True)
    assert other.status == 201


async def test_readable_limits_stay_in_force_beside_an_unreadable_value(database: Database) -> None:
    async with damaged(database, PARAMETER_VALUES, DAYS.id, {"$unset": {"value": ""}}) as api:
        over = await api.refund("pay_02", 5_001)

    assert (over.status, over.body["status"]) == (201, "validation_failed")


async def test_value_of_an_unknown_tenant_stops_all_refunds(database: Database) -> None:
    async with damaged(database, PARAMETER_VALUES, DAYS.id, {"$unset": {"tenant_id": ""}}) as api:
        answers = [await api.refund("pay_01", 100), await api.refund("pay_02", 100)]

    assert [answer.code for answer in answers] == ["settings_unreadable"] * 2


async def test_settings_of_others_are_changed_beside_an_unreadable_value(database: Database) -> None:
    async with damaged(database, PARAMETER_VALUES, DAYS.id, {"$unset": {"value": ""}}) as api:
        token = api.world.token(mfa_age_s=1)
        body = {"tenant_id": OTHER_MERCHANT, "value": 20}
        set_ = await api.post("/v1/parameters/refund_window_days/values", body, token=token, key="key_1")
        bank = await api.post("/v1/tenants", {"kind": "bank", "parent_id": "platform", "name": "B"}, key="key_2")
        read = await api.get(f"/v1/parameters/resolve?tenant_id={OTHER_MERCHANT}&name=refund_window_days")
        refused = await api.get(f"/v1/parameters/resolve?tenant_id={MERCHANT}&name=refund_window_days")
        unconcerned = await api.get(f"/v1/parameters/resolve?tenant_id={MERCHANT}&name=approvals_required")

    assert (set_.status, bank.status) == (201, 201)
    assert (read.body["value"], refused.status, unconcerned.body["value"]) == (20, 503, 1)


@pytest.mark.parametrize("change", [{"$unset": {"kind": ""}}, {"$set": {"path": "platform"}}])
async def test_requests_of_an_unreadable_tenant_are_503_and_those_of_others_go_on(
    database: Database, change: Any
) -> None:
    async with damaged(database, TENANTS, MERCHANT, change) as api:
        own = await api.get("/v1/refunds", token=api.world.token("merchant_admin", MERCHANT))
        read = await api.get(f"/v1/tenants/{MERCHANT}")
        captured = await api.payment(id="pay_03", merchant_id=MERCHANT, gateway_payment_id="ch_3")
        foreign = await api.get(f"/v1/tenants/{MERCHANT}", token=api.world.token("merchant_admin", OTHER_MERCHANT))
        other = await api.get("/v1/refunds", token=api.world.token("merchant_admin", OTHER_MERCHANT))
        bank = await api.post("/v1/tenants", {"kind": "bank", "parent_id": "platform", "name": "B"}, key="key_2")

    assert [(each.status, each.code) for each in (own, read, captured)] == [(503, "settings_unreadable")] * 3
    assert (foreign.status, other.status, bank.status) == (404, 200, 201)


async def test_tenants_below_an_unreadable_one_go_on(database: Database) -> None:
    async with damaged(database, TENANTS, PROGRAM, {"$unset": {"kind": ""}}) as api:
        refund = await api.refund("pay_01", 100)
        read = await api.get(f"/v1/refunds/{refund.body['id']}", token=api.world.token("bank_admin", BANK))

    assert (refund.status, read.status) == (201, 200)


async def test_mended_document_is_read_at_the_next_refresh(database: Database) -> None:
    async with damaged(database, PARAMETER_VALUES, DAYS.id, {"$unset": {"value": ""}}) as api:
        before, named = await api.refund("pay_01", 100), [each.id for each in api.world.config_cache.unreadable]
        await database[PARAMETER_VALUES].update_one({"_id": DAYS.id}, {"$set": {"value": 30}})
        changes = [await api.world.config_cache.refresh(), await api.world.config_cache.refresh()]
        after = await api.refund("pay_01", 100)

    assert (before.status, named, changes, after.status) == (503, [DAYS.id], [True, False], 201)


@pytest.mark.parametrize(
    ("name", "document_id", "change"),
    [
        pytest.param(PARAMETER_VALUES, DAYS.id, {"$unset": {"value": ""}}, id="a value"),
        pytest.param(TENANTS, MERCHANT, {"$set": {"kind": "xx"}}, id="a tenant"),
    ],
)
async def test_verification_names_the_document_with_what_to_do(
    database: Database, name: str, document_id: str, change: Any
) -> None:
    async with damaged(database, name, document_id, change):
        report = await verified_without_books(database, BOUNDS)

    found = [each for each in verification_out(report).findings if each.code == Invariant.SETTINGS.name.lower()]
    assert [each.subject for each in found] == [document_id]
    assert found[0].found.startswith("the stored document of this tenant or parameter cannot be read (")
    assert found[0].meaning
    assert found[0].action


async def test_every_damage_is_named_and_the_rest_is_read(database: Database) -> None:
    tenants, parameters = MongoTenantStore(database), MongoParameterStore(database)
    bank = Tenant(id=BANK, kind=TenantKind.BANK, parent_id=PLATFORM, name="A bank", path=(PLATFORM, BANK))
    for each in (DAYS, LIMIT):
        await parameters.add(ALL_TENANTS, each)
    await tenants.add(ALL_TENANTS, bank)

    for name, document_id, changes in ((PARAMETER_VALUES, DAYS.id, DAMAGED_VALUES), (TENANTS, BANK, DAMAGED_TENANTS)):
        sound = await database[name].find_one({"_id": document_id})
        assert sound is not None
        for change in changes:
            await database[name].update_one({"_id": document_id}, change)
            values, of_tenants = await parameters.load_all(), await tenants.load_all()

            assert [each.id for each in (*values.unreadable, *of_tenants.unreadable)] == [document_id], change
            assert LIMIT in values.readable

            await database[name].replace_one({"_id": document_id}, sound)

    assert (await tenants.load_all()).readable == [bank]
