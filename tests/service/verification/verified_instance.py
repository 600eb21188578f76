"""An instance with refunds of every kind, whose data is verified; for several files of tests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry

from refunds.adapters.memory.audit.anchors import MemoryAnchors
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.memory.gateway.gateway_books import MemoryBooks
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.gateway.unread_webhooks import MongoUnreadWebhooks
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.usecases.audit.anchor_audit import AnchorAudit, Anchoring
from refunds.usecases.verification.verification_report import Invariant, Report
from refunds.usecases.verification.verify_invariants import VerifyBounds, VerifyInvariants

Database = AsyncDatabase[Any]


@dataclass(slots=True)
class Instance:
    """A database with refunds of all kinds that are relayed, and a gateway that agrees with it."""

    database: Database
    books: MemoryBooks
    anchors: MemoryAnchors = field(default_factory=lambda: MemoryAnchors(FixedClock()))

    async def anchor(self) -> Anchoring:
        """Anchors the audit chains as they are."""
        return await AnchorAudit(reads=MongoVerificationReads(self.database), anchors=self.anchors)()

    async def verified(self, on_pause: Callable[[], Awaitable[object]] | None = None) -> Report:
        """The report; `on_pause` happens before suspects are looked at again."""

        async def pause() -> None:
            if on_pause is not None:
                await on_pause()
            await run_dry(relay_of(self.database, "relay_2", polls_before_takeover=0), self.database)

        verify = VerifyInvariants(
            scan=MongoPaymentScan(self.database),
            tenants=MongoTenantStore(self.database),
            parameters=MongoParameterStore(self.database),
            reads=MongoVerificationReads(self.database),
            anchors=self.anchors,
            books=[self.books],
            unread_webhooks=MongoUnreadWebhooks(self.database),
            clock=FixedClock(),
            pause=pause,
            bounds=VerifyBounds(page_payments=4, rechecks_max=2, caught_up_timeout_s=0.2),
        )
        return await verify()


def broken(report: Report) -> dict[Invariant, int]:
    """Violations by invariant, without that of a relay that nobody runs meanwhile."""
    return {
        check.invariant: check.violations
        for check in report.checks
        if check.violations and check.invariant is not Invariant.CAUGHT_UP
    }
