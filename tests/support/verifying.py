"""A verification of a test's whole database, with nothing anchored and no gateway's books."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.memory.anchors import MemoryAnchors
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.adapters.mongo.unread_webhooks import MongoUnreadWebhooks
from refunds.usecases.verification.unreadable_payments import UnreadableReportingScan, with_unreadable_findings
from refunds.usecases.verification.verification_report import Report
from refunds.usecases.verification.verify_invariants import VerifyBounds, VerifyInvariants


async def verified_without_books(database: AsyncDatabase[Any], bounds: VerifyBounds | None = None) -> Report:
    """All invariants but the gateway's books; suspects are looked at again at once."""

    async def no_pause() -> None:
        """Nothing goes on meanwhile."""

    walk = UnreadableReportingScan(MongoPaymentScan(database))
    verify = VerifyInvariants(
        walk=walk,
        tenants=MongoTenantStore(database),
        parameters=MongoParameterStore(database),
        archive=MongoVerificationReads(database),
        anchors=MemoryAnchors(FixedClock()),
        books=[],
        unread_webhooks=MongoUnreadWebhooks(database),
        clock=FixedClock(),
        pause=no_pause,
        bounds=bounds or VerifyBounds(),
    )
    return with_unreadable_findings(await verify(), list(walk.named.values()))
