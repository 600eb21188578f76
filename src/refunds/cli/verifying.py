"""Checks the invariants of a running instance, in its whole database and in the gateway's own books.

This module composes the use cases of verification. `refunds verify`, the commands of `refunds audit` and the
demonstration call it.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from refunds.adapters.gateway_books import SandboxBooks
from refunds.adapters.local.clock import SystemClock
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.gateway.unread_webhooks import MongoUnreadWebhooks
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.cli.anchor_place import anchors_of
from refunds.cli.client.ready_file import Ready
from refunds.cli.database import Database, database_of
from refunds.cli.errors import CommandFailed, failure
from refunds.domain.errors import NotFound
from refunds.ports.audit.anchors import AnchorBroken, AnchorsUnavailable
from refunds.ports.audit.mac_signer import SignerUnavailable
from refunds.ports.gateway.gateway_books import BooksUnavailable
from refunds.texts import command_facts as facts
from refunds.usecases.audit import anchor_audit
from refunds.usecases.audit.prove_head import HeadProof, ProveHead
from refunds.usecases.verification.unreadable_payments import UnreadableReportingScan, with_unreadable_findings
from refunds.usecases.verification.verification_report import Report
from refunds.usecases.verification.verify_audit import Progress, VerifyAudit, no_progress
from refunds.usecases.verification.verify_invariants import VerifyInvariants

PAUSE_S = 0.5


async def verify_instance(ready: Ready, progress: Progress = no_progress) -> Report:
    """Checks all invariants, and returns the report.

    Raises CommandFailed if the database, the anchors or the gateway's books do not answer.
    """
    async with (
        _opened(ready) as database,
        anchors_of(ready, os.environ) as anchors,
        SandboxBooks(ready.sandbox_url) as books,
    ):
        scan = UnreadableReportingScan(MongoPaymentScan(database))
        verify = VerifyInvariants(
            scan=scan,
            tenants=MongoTenantStore(database),
            parameters=MongoParameterStore(database),
            reads=MongoVerificationReads(database),
            anchors=anchors,
            books=(books,),
            unread_webhooks=MongoUnreadWebhooks(database),
            clock=SystemClock(),
            pause=partial(asyncio.sleep, PAUSE_S),
        )
        return with_unreadable_findings(await verify(progress), list(scan.named.values()))


async def verify_audit(ready: Ready, progress: Progress = no_progress) -> Report:
    """Checks only the chains of the audit log, and returns the report.

    Raises CommandFailed if the database or the anchors do not answer.
    """
    async with _opened(ready) as database, anchors_of(ready, os.environ) as anchors:
        return await VerifyAudit(reads=MongoVerificationReads(database), anchors=anchors)(progress)


async def begin_epoch(ready: Ready, reason: str) -> int:
    """Begins a new epoch (a sequence of anchors) and returns the epoch's number.

    Raises CommandFailed if the reason is malformed, or if the database or the anchors do not answer.
    """
    async with _opened(ready) as database, anchors_of(ready, os.environ) as anchors:
        try:
            await anchor_audit.begin_epoch(MongoVerificationReads(database), anchors, reason)
        except anchor_audit.ReasonMalformed:
            raise failure(facts.EpochReasonMalformed(chars_max=anchor_audit.REASON_CHARS_MAX)) from None
        begun = await anchors.latest()
    return 1 if begun is None else begun.epoch


async def prove_head(ready: Ready, chain: str, place: tuple[int, int] | None) -> tuple[HeadProof, bool]:
    """Returns the proof for a chain's head. The second value is True if the database still has that head.

    `place` is the epoch and number of an anchor, or None for the last anchor. Raises CommandFailed if the anchor or the
    chain does not exist, or if the database or the anchors cannot be read.
    """
    async with _opened(ready) as database, anchors_of(ready, os.environ) as anchors:
        prove = ProveHead(reads=MongoVerificationReads(database), anchors=anchors)
        try:
            proof = await prove(chain, place)
        except NotFound as missing:
            raise failure(facts.NothingFound(kind=missing.kind, id=missing.id)) from None
        except AnchorBroken as broken:
            raise CommandFailed(str(broken)) from None
        return proof, await prove.is_stored(proof.head)


@asynccontextmanager
async def _opened(ready: Ready) -> AsyncIterator[Database]:
    async with database_of(ready, "refunds-verify") as database:
        try:
            yield database
        except (AnchorsUnavailable, SignerUnavailable):
            raise failure(facts.AnchorsUnreadable(data_dir=str(ready.data_dir))) from None
        except BooksUnavailable:
            raise failure(facts.BooksUnavailable(url=ready.sandbox_url)) from None
