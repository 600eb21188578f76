"""Checks a simulation after its hours with faults. Every refund must end, and every invariant must hold.

First, the simulation continues without faults until every refund has ended. Then the product's own verification and the
simulator's oracles check the stored data. The oracles check promises, the gateways' books, the read models and the
event bus. They share no code with the product.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from refunds.adapters.memory.audit.anchors import MemoryAnchors
from refunds.adapters.memory.audit.verification_reads import MemoryVerificationReads
from refunds.adapters.memory.database import Put
from refunds.adapters.memory.gateway.unread_webhooks import UNREAD_WEBHOOKS, MemoryUnreadWebhooks
from refunds.adapters.memory.payments.payment_scan import MemoryPaymentScan
from refunds.adapters.memory.settings.parameters import MemoryParameters
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.adapters.mongo.audit_log import record_id
from refunds.domain.audit.hash_chain import ChainHead
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.states import FINAL, WAITS_FOR_PERSON, Status
from refunds.domain.verification.books_findings import PaymentUnknownHere
from refunds.services.gateway_integration.unbooked_webhooks import WHYS
from refunds.texts.finding_lines import line_of
from refunds.usecases.audit.anchor_audit import AnchorAudit
from refunds.usecases.verification.verify_invariants import VerifyBounds, VerifyInvariants
from refunds_simulation.oracles import attempts
from refunds_simulation.oracles.books import books_of
from refunds_simulation.world import making

if TYPE_CHECKING:
    from refunds_simulation.world.world import World

SETTLED_WITHIN_S = 7 * 86_400.0
"""After the last fault, every refund must be final or wait for a person within these simulated seconds."""

LOOK_S = 600.0
CAUGHT_UP_LOOK_S = 30.0
BOOKS_READ_MAX = 3
"""Maximum number of rounds in which operators decide by the gateways' books. A late result may need another round."""

FORGOTTEN_AFTER_S = 6 * 3600.0


def watch(world: "World") -> None:
    """Plans a check for each simulated hour, because some violations may have disappeared at the end.

    Plans nothing if the simulation is not harsh.
    """

    def look() -> None:
        for kind, subject, line in attempts.waits(world, payments(world)):
            world.findings.add(kind, subject, line)

    for hour in range(1, world.settings.hours + 1) if world.settings.is_harsh else ():
        world.loop.world_at(hour * 3600.0, look)


def settle(world: "World") -> float:
    """Continues without faults until every refund has ended. Returns the simulated seconds that this took."""
    begun_s = world.loop.time()
    _until_settled(world)
    waiting = [
        (payment, refund)
        for payment in payments(world)
        for refund in payment.refunds
        if refund.status is Status.PENDING_APPROVAL
    ]
    world.clear_up(waiting)
    _until_settled(world)
    for _ in range(BOOKS_READ_MAX):
        if not world.settle_by_books():
            break
        _until_settled(world)
    _until_settled(world, is_all_settled=True)
    for subject, line in _left(world):
        world.findings.add("end", subject, line)
    return world.loop.time() - begun_s


def _until_settled(world: "World", *, is_all_settled: bool = False) -> None:
    """Runs the simulation until nothing is in progress.

    If `is_all_settled` is True, also waits until the stored webhooks of external refunds are recorded. Recording them
    may need people's decisions.
    """
    begun_s, left = world.loop.time(), _left if is_all_settled else unsettled
    while world.loop.time() - begun_s < SETTLED_WITHIN_S:
        if not is_all_settled or any(left(world)):
            world.loop.run_until(world.loop.time() + LOOK_S)
        if not any(left(world)) or is_forgotten(world):
            return


def _left(world: "World") -> Iterator[tuple[str, str]]:
    yield from unsettled(world)
    yield from (("", line) for line in kept_externals(world))


def is_forgotten(world: "World") -> bool:
    """Returns whether any refund was due long ago and no worker claimed it. Waiting longer is then useless."""
    long_ago = world.clock.now() - timedelta(seconds=FORGOTTEN_AFTER_S)
    return any(
        refund.due_at is not None and refund.due_at < long_ago
        for payment in payments(world)
        for refund in payment.refunds
    )


def unsettled(world: "World") -> Iterator[tuple[str, str]]:
    """Yields a pair for everything that has not ended yet. The pair has the payment's id, or "", and a text."""
    if world.open_scripts:
        yield "", f"{world.open_scripts} callers still wait for an answer"
    if world.webhooks.open:
        yield "", f"{world.webhooks.open} webhooks are still to be delivered"
    yield from (("", f"refunds at {name} still change") for name in world.changing_gateways())
    if not making.has_caught_up(world.servers.database):
        yield "", "readers of the feed have not caught up"
    yield from (("", f"{name} does not serve") for name in world.open_processes())
    for payment in payments(world):
        for refund in payment.refunds:
            if _is_open(refund):
                yield payment.id, f"{refund.id} is {refund.status}, due {refund.due_at} for {refund.due_for}"


def kept_externals(world: "World") -> Iterator[str]:
    """Yields a line for each stored webhook of an external refund that the product has not recorded yet.

    The product records the external refund when none of the product's own refunds blocks it any more.
    """
    misled = world.webhooks.misled
    for kept in world.servers.database.tables[UNREAD_WEBHOOKS].majority.values():
        if kept.why in WHYS.values() and (kept.gateway, kept.webhook_id) not in misled:
            yield f"the webhook {kept.webhook_id} of {kept.gateway} is still kept ({kept.why})"


def _is_open(refund: Refund) -> bool:
    is_in_question = any(attempt.is_in_question for attempt in refund.attempts)
    return is_in_question or not (refund.status in FINAL or refund.status in WAITS_FOR_PERSON)


def payments(world: "World") -> list[Payment]:
    """Returns all payments as they are stored on a majority of the database's members."""
    return [document.payment for document in world.servers.database.payments.majority.values()]


def check(world: "World") -> None:
    """Runs all checks that are made at the end of a simulation."""
    world.wait_for(_verify(world))
    for subject, line in world.promises.kept(payments(world)):
        world.findings.add("promise", subject, line)
    tables = world.servers.database.tables
    for subject, line in world.promises.settings(tables["tenants"].majority, tables["parameter_values"].majority):
        world.findings.add("promise", subject, line)
    for kind, subject, line in world.wait_for(books_of(world, payments(world))):
        world.findings.add(kind, subject, line)
    if world.settings.is_harsh:
        for kind, subject, line in attempts.of(world, payments(world)):
            world.findings.add(kind, subject, line)
    for error in world.loop.errors:
        world.findings.add("error", "", error)
    if world.settings.is_harsh:
        world.wait_for(_notices_a_cut(world))


async def _verify(world: "World") -> None:
    database = world.servers.database

    async def pause() -> None:
        await asyncio.sleep(1.0)

    verify = VerifyInvariants(
        scan=MemoryPaymentScan(database),
        tenants=MemoryTenants(database),
        parameters=MemoryParameters(database),
        reads=MemoryVerificationReads(database, look_every_s=CAUGHT_UP_LOOK_S),
        anchors=MemoryAnchors(world.clock, texts=world.servers.anchors),
        books=[place.server.books for place in world.servers.gateways.values()],
        unread_webhooks=MemoryUnreadWebhooks(database),
        clock=world.clock,
        pause=pause,
        bounds=VerifyBounds(rechecks_max=1, caught_up_timeout_s=3_600.0),
    )
    report = await verify()
    for checked in report.checks:
        for finding in checked.found:
            if isinstance(finding, PaymentUnknownHere) and not world.promises.is_recorded(finding.gateway_payment_id):
                continue  # its caller gave up before the payment was recorded, and a person refunded it at the gateway
            line = line_of(finding)
            world.findings.add(checked.invariant.value, line.partition(":")[0], line)
    for line in map(line_of, report.waiting):
        world.findings.add("quarantine", line.partition(":")[0], line)
    for line in map(line_of, report.notes):
        world.findings.add("note", "", line)


async def _notices_a_cut(world: "World") -> None:
    """Removes the last record of an anchored audit chain. The next anchoring must report this."""
    database, reads = world.servers.database, MemoryVerificationReads(world.servers.database)
    anchor = AnchorAudit(reads=reads, anchors=MemoryAnchors(world.clock, texts=world.servers.anchors))
    await anchor()
    heads = database.tables["audit_heads"]
    head = next((each for each in heads.majority.values() if each.seq > 1), None)
    if head is None:
        return
    before = database.audit_log.majority[record_id(head.chain, head.seq - 1)].link
    shorter = ChainHead(chain=head.chain, seq=before.seq, hash=before.hash)
    database.write([Put(database.audit_log, record_id(head.chain, head.seq), None), Put(heads, head.chain, shorter)])
    if not (await anchor()).broken:
        world.findings.add("anchor", "", f"{head.chain} was cut back behind its anchor, and nobody noticed")
