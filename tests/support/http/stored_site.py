"""The public routes with payments, lists and parameters in a real database; steps on them that several tests take."""

from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from tests.support.http.site import BANK, MERCHANT, Client, Reply, World

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.adapters.mongo.projections.refund_lists import MongoRefundLists
from refunds.adapters.mongo.settings.parameters import MongoParameterStore


@dataclass
class StoredWorld(World):
    """Payments, lists and parameters in a real database; tenants stay in memory."""

    database: AsyncDatabase[Any] | None = None

    def __post_init__(self) -> None:
        assert self.database is not None
        super().__post_init__()
        self.payments = MongoPaymentStore(self.database, SystemIds().write_token)  # type: ignore[assignment]
        self.parameters = MongoParameterStore(self.database)  # type: ignore[assignment]
        self.config_cache.parameters = self.parameters
        self.lists = MongoRefundLists(self.database)  # type: ignore[assignment]


async def put(site: Client, name: str, value: Any, tenant_id: str = BANK) -> None:
    """Sets a parameter, by an administrator with a fresh second factor."""
    body = {"tenant_id": tenant_id, "value": value}
    reply = await site.call("PUT", f"/v1/parameters/{name}/values", body, token=site.world.token(mfa_age_s=1))
    assert reply.status == 201, reply.text


async def approve(site: Client, refund_id: str, by: str) -> Reply:
    """Approves a refund, by an administrator of the merchant with that id."""
    token = site.world.token("merchant_admin", MERCHANT, sub=by)
    return await site.post(f"/v1/refunds/{refund_id}/approvals", {"decision": "approve"}, token=token)
