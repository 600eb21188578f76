"""Checks the invariants of a running instance: its whole database, and the gateway's own books.

Wires the use cases that check; called by `refunds verify`, `refunds audit verify` and the demonstration.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from refunds.adapters.clock import SystemClock
from refunds.adapters.mongo.archive import MongoArchive
from refunds.adapters.mongo.parameters import MongoParameterStore
from refunds.adapters.mongo.payment_walk import MongoPaymentWalk
from refunds.adapters.mongo.tenants import MongoTenantStore
from refunds.adapters.mongo.unread_webhooks import MongoUnreadWebhooks
from refunds.adapters.sandbox_books import SandboxBooks
from refunds.cli.anchor_place import anchors_of
from refunds.cli.database import Database, database_of
from refunds.cli.failures import CommandFailed
from refunds.domain.errors import NotFound
from refunds.launcher.ready_file import Ready
from refunds.ports.anchors import AnchorBroken, AnchorsUnavailable
from refunds.ports.gateway_books import BooksUnavailable
from refunds.ports.seals import SealsUnavailable
from refunds.usecases import anchor_audit
from refunds.usecases.name_unreadable import NamingWalk, naming
from refunds.usecases.prove_head import HeadProof, ProveHead
from refunds.usecases.verification import Report
from refunds.usecases.verify_audit import Progress, VerifyAudit, say_nothing
from refunds.usecases.verify_invariants import VerifyInvariants

PAUSE_S = 0.5


async def verify_instance(ready: Ready, progress: Progress = say_nothing) -> Report:
    """All invariants; CommandFailed where the database or the books do not answer."""
    async with (
        _opened(ready) as database,
        anchors_of(ready, os.environ) as anchors,
        SandboxBooks(ready.sandbox_url) as books,
    ):
        walk = NamingWalk(MongoPaymentWalk(database))
        verify = VerifyInvariants(
            walk=walk,
            tenants=MongoTenantStore(database),
            parameters=MongoParameterStore(database),
            archive=MongoArchive(database),
            anchors=anchors,
            books=(books,),
            unread_webhooks=MongoUnreadWebhooks(database),
            clock=SystemClock(),
            pause=partial(asyncio.sleep, PAUSE_S),
        )
        return naming(await verify(progress), list(walk.named.values()))


async def verify_audit(ready: Ready, progress: Progress = say_nothing) -> Report:
    """The chains of the audit log alone; CommandFailed where the database does not answer."""
    async with _opened(ready) as database, anchors_of(ready, os.environ) as anchors:
        return await VerifyAudit(archive=MongoArchive(database), anchors=anchors)(progress)


async def begin_epoch(ready: Ready, reason: str) -> int:
    """A new epoch of the anchors; its number. CommandFailed without a reason, or where something does not answer."""
    async with _opened(ready) as database, anchors_of(ready, os.environ) as anchors:
        try:
            await anchor_audit.begin_epoch(MongoArchive(database), anchors, reason)
        except ValueError as error:
            raise CommandFailed(str(error)) from None
        begun = await anchors.latest()
    return 1 if begun is None else begun.epoch


async def prove_head(ready: Ready, chain: str, place: tuple[int, int] | None) -> tuple[HeadProof, bool]:
    """The proof of a chain's head, and whether the database still has it. CommandFailed where there is none."""
    async with _opened(ready) as database, anchors_of(ready, os.environ) as anchors:
        prove = ProveHead(archive=MongoArchive(database), anchors=anchors)
        try:
            proof = await prove(chain, place)
        except NotFound as missing:
            raise CommandFailed(f"there is no {missing.kind} {missing.id}".strip()) from None
        except AnchorBroken as broken:
            raise CommandFailed(str(broken)) from None
        return proof, await prove.is_stored(proof.head)


@asynccontextmanager
async def _opened(ready: Ready) -> AsyncIterator[Database]:
    async with database_of(ready, "refunds-verify") as database:
        try:
            yield database
        except (AnchorsUnavailable, SealsUnavailable):
            raise CommandFailed(f"the anchors of {ready.data_dir}, or their key, cannot be read") from None
        except BooksUnavailable:
            raise CommandFailed(f"the sandbox gateway at {ready.sandbox_url} does not answer") from None
