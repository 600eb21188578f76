"""A verification of a test's whole database, with nothing anchored and no gateway's books."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.memory.anchors import MemoryAnchors
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.archive import MongoArchive
from refunds.adapters.mongo.parameters import MongoParameterStore
from refunds.adapters.mongo.payment_walk import MongoPaymentWalk
from refunds.adapters.mongo.tenants import MongoTenantStore
from refunds.adapters.mongo.unread_webhooks import MongoUnreadWebhooks
from refunds.usecases.name_unreadable import NamingWalk, naming
from refunds.usecases.verification import Report
from refunds.usecases.verify_invariants import VerifyBounds, VerifyInvariants


async def verified_without_books(database: AsyncDatabase[Any], bounds: VerifyBounds | None = None) -> Report:
    """All invariants but the gateway's books; suspects are looked at again at once."""

    async def no_pause() -> None:
        """Nothing goes on meanwhile."""

    walk = NamingWalk(MongoPaymentWalk(database))
    verify = VerifyInvariants(
        walk=walk,
        tenants=MongoTenantStore(database),
        parameters=MongoParameterStore(database),
        archive=MongoArchive(database),
        anchors=MemoryAnchors(FixedClock()),
        books=[],
        unread_webhooks=MongoUnreadWebhooks(database),
        clock=FixedClock(),
        pause=no_pause,
        bounds=bounds or VerifyBounds(),
    )
    return naming(await verify(), list(walk.named.values()))
