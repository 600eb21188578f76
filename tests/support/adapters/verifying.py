"""A verification of a test's whole database, with nothing anchored; with a gateway's books, or without."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.gateway_books import SandboxBooks
from refunds.adapters.local.clock import SystemClock
from refunds.adapters.memory.audit.anchors import MemoryAnchors
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.gateway.unread_webhooks import MongoUnreadWebhooks
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.ports.clock import Clock
from refunds.texts.finding_lines import line_of
from refunds.usecases.verification.unreadable_payments import UnreadableReportingScan, with_unreadable_findings
from refunds.usecases.verification.verification_report import Check, Report
from refunds.usecases.verification.verify_invariants import VerifyBounds, VerifyInvariants

PAUSE_S = 0.5


def lines_of(check: Check) -> tuple[str, ...]:
    """What was found of one invariant, as people read it."""
    return tuple(map(line_of, check.found))


async def verified_without_books(database: AsyncDatabase[Any], bounds: VerifyBounds | None = None) -> Report:
    """All invariants but the gateway's books; suspects are looked at again at once."""

    async def no_pause() -> None:
        """Nothing goes on meanwhile."""

    return await _verified(database, FixedClock(), (), no_pause, bounds or VerifyBounds())


async def verified_with_books(database: AsyncDatabase[Any], sandbox_url: str) -> Report:
    """All invariants, while the services go on."""
    async with SandboxBooks(sandbox_url) as books:
        return await _verified(database, SystemClock(), (books,), partial(asyncio.sleep, PAUSE_S), VerifyBounds())


async def _verified(
    database: AsyncDatabase[Any],
    clock: Clock,
    books: Sequence[SandboxBooks],
    pause: Callable[[], Awaitable[None]],
    bounds: VerifyBounds,
) -> Report:
    scan = UnreadableReportingScan(MongoPaymentScan(database))
    verify = VerifyInvariants(
        scan=scan,
        tenants=MongoTenantStore(database),
        parameters=MongoParameterStore(database),
        reads=MongoVerificationReads(database),
        anchors=MemoryAnchors(FixedClock()),
        books=books,
        unread_webhooks=MongoUnreadWebhooks(database),
        clock=clock,
        pause=pause,
        bounds=bounds,
    )
    return with_unreadable_findings(await verify(), list(scan.named.values()))
