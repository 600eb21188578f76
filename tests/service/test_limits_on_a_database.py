"""Limits that change while refunds wait, and limits of periods: over HTTP, with payments and parameters in MongoDB."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.site import BANK, MERCHANT, Client, Reply, World, running

from refunds.adapters.ids import SystemIds
from refunds.adapters.mongo.parameters import MongoParameterStore
from refunds.adapters.mongo.payments import MongoPaymentStore


@dataclass
class StoredWorld(World):
    """Payments and parameters in a real database; tenants stay in memory."""

    database: AsyncDatabase[Any] | None = None

    def __post_init__(self) -> None:
        assert self.database is not None
        super().__post_init__()
        self.payments = MongoPaymentStore(self.database, SystemIds().write_token)  # type: ignore[assignment]
        self.parameters = MongoParameterStore(self.database)  # type: ignore[assignment]
        self.cabinet.parameters = self.parameters


@pytest.fixture
async def site(database: AsyncDatabase[Any]) -> AsyncIterator[Client]:
    async with running(StoredWorld(database=database)) as client:
        yield client


async def put(site: Client, name: str, value: Any, tenant_id: str = BANK) -> None:
    body = {"tenant_id": tenant_id, "value": value}
    reply = await site.call("PUT", f"/v1/parameters/{name}/values", body, token=site.world.token(mfa_age_s=1))
    assert reply.status == 201, reply.text


async def approve(site: Client, refund_id: str, by: str) -> Reply:
    token = site.world.token("merchant_admin", MERCHANT, sub=by)
    return await site.post(f"/v1/refunds/{refund_id}/approvals", {"decision": "approve"}, token=token)


async def waiting_refund(site: Client, amount: int = 200_000) -> str:
    await site.payment(amount=500_000)
    made = await site.refund(amount=amount, key="first")
    assert (made.body["status"], made.body["approvals_required"]) == ("pending_approval", 1)
    return str(made.body["id"])


async def test_approvals_raised_while_a_refund_waits_are_all_needed(site: Client) -> None:
    refund_id = await waiting_refund(site)
    before = (await site.refund(amount=200_000, key="first")).text
    await put(site, "approvals_required", 3)

    read = await site.get(f"/v1/refunds/{refund_id}")
    why = await site.get(f"/v1/refunds/{refund_id}/why")
    approved = [await approve(site, refund_id, by) for by in ("ben", "eva", "ida")]

    assert (read.body["approvals_required"], read.body["approvals"]) == (3, [])
    assert "need 3 approvals (1 when it was asked for); none is given" in why.body["because"]
    assert [reply.body["status"] for reply in approved] == ["pending_approval", "pending_approval", "processing"]
    assert [reply.body["approvals_required"] for reply in approved] == [3, 3, 3]
    assert (await site.get(f"/v1/refunds/{refund_id}")).body["approvals_required"] == 3
    assert (await site.refund(amount=200_000, key="first")).text == before


async def test_approvals_lowered_while_a_refund_waits_let_nobody_off(site: Client) -> None:
    refund_id = await waiting_refund(site)
    await put(site, "approvals_required", 2)
    first = await approve(site, refund_id, "ben")
    await put(site, "approvals_required", 1)

    why = await site.get(f"/v1/refunds/{refund_id}/why")
    second = await approve(site, refund_id, "eva")

    assert first.body["status"] == "pending_approval"
    assert "2 approvals (1 when it was asked for); 1 is given" in why.body["because"]
    assert second.body["status"] == "processing"


async def test_maximum_lowered_while_a_refund_waits_is_named_by_the_refusal_and_by_why(site: Client) -> None:
    refund_id = await waiting_refund(site)
    await put(site, "refund_amount_max_major", 1_500)

    refused = await approve(site, refund_id, "ben")
    why = await site.get(f"/v1/refunds/{refund_id}/why")
    await put(site, "refund_amount_max_major", 2_000)
    approved = await approve(site, refund_id, "ben")

    assert (refused.status, refused.code) == (422, "refund_amount_above_maximum")
    assert refused.body["title"] == "More than a refund may be"
    assert refused.body["errors"][0]["pointer"] == "/amount"
    assert "2,000.00 EUR is asked for, a refund is at most 1,500 EUR." in refused.body["detail"]
    assert why.body["because"].startswith("It cannot be approved as it stands: 2,000.00 EUR is asked for")
    assert "refund_amount_max_major" in why.body["next"]
    assert approved.body["status"] == "processing"


async def test_all_rules_that_stand_against_an_approval_are_told_with_their_codes(site: Client) -> None:
    refund_id = await waiting_refund(site)
    await put(site, "refund_amount_max_major", 1_500)
    await put(site, "refund_methods_allowed", ["balance"])

    refused = await approve(site, refund_id, "ben")

    told = [(error["code"], error["pointer"]) for error in refused.body["errors"]]
    assert told == [("refund_amount_above_maximum", "/amount"), ("refund_method_not_allowed", "/method")]
    assert "at most 1,500 EUR" in refused.body["detail"]
    assert "original_payment are not allowed here" in refused.body["detail"]
