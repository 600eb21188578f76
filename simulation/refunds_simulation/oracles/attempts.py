"""Checks that attempts were stored before submissions, and that events match the gateways' results.

The checks read the records of the simulated gateways and the payments' events, but use no decisions of the product.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from refunds.domain import ids
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import DECISION_APPROVED, EXTERNAL_KEY_PREFIX, Payment, Refund
from refunds.domain.payment.states import Status
from refunds_simulation.product.gateways import asked

if TYPE_CHECKING:
    from refunds_simulation.product.gateways import LivingGateway
    from refunds_simulation.world.world import World

Found = tuple[str, str, str]
"""A finding as a tuple of the kind, the payment's id and a line of text."""

SKEWS = 2
"""Maximum difference between the clocks of two processes, in units of the simulation's skew."""

WAIT_MAX_S = 2 * 3600.0
"""More seconds than any pause that a gateway may request, including the random spread of the pause."""

_AT_GATEWAY = frozenset({Status.PROCESSING, Status.GATEWAY_PENDING, Status.GATEWAY_ERROR, Status.UNKNOWN})
_NOTHING_HELD = frozenset(
    {
        Status.DRAFT,
        Status.VALIDATION_FAILED,
        Status.REJECTED,
        Status.FAILED,
        Status.CANCELED,
        Status.REVERSED,
    }
)
_ACKNOWLEDGING = frozenset({EventType.REFUND_GATEWAY_PENDING, EventType.REFUND_COMPLETED})


def of(world: "World", payments: Iterable[Payment]) -> Iterator[Found]:
    """Yields all findings about attempts."""
    hinted = world.servers.broker.taken
    tolerance = timedelta(seconds=SKEWS * world.settings.skew_s + 1.0)
    acknowledged, present, ordered = _acknowledged(world), list(payments), _ordered_by_people(world)
    yield from _external_beside_open(world, present)
    yield from _given_away(world, present)
    for payment in present:
        server = world.servers.gateways[payment.gateway].server
        yield from _leased(world, payment)
        for refund in payment.refunds:
            yield from ((kind, payment.id, line) for kind, line in _approved(refund))
            at_once = _at_once(refund, server, hinted.get(refund.id, 0), refund.id in ordered)
            yield from ((kind, payment.id, line) for kind, line in at_once)
            yield from ((kind, payment.id, line) for kind, line in _sent(refund, server, hinted.get(refund.id, 0)))
            events = acknowledged.get(refund.id, {})
            yield from ((kind, payment.id, line) for kind, line in _timely(refund, server, events, tolerance))


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An event by which a gateway acknowledged an attempt.

    `at` is the event's own time. `stored_at` may be later, because the process may have been paused in between.
    """

    at: datetime
    stored_at: datetime


def _acknowledged(world: "World") -> dict[str, dict[EventType, Acknowledged]]:
    """Returns, for each refund and event type, the first event by which the gateway acknowledged the refund."""
    found: dict[str, dict[EventType, Acknowledged]] = {}
    for stored_at, change in world.servers.database.stored_changes():
        for event in change.items:
            if event.type in _ACKNOWLEDGING:
                first = Acknowledged(event.at, max(event.at, stored_at))
                found.setdefault(event.refund_id, {}).setdefault(event.type, first)
    return found


def _ordered_by_people(world: "World") -> dict[str, None]:
    """Returns the ids of refunds for which a person requested an immediate status query.

    Such a query may happen while another worker calls the gateway.
    """
    changes = world.servers.database.changes()
    return {e.refund_id: None for change in changes for e in change.items if e.type is EventType.REFUND_TAKEN_UP}


def waits(world: "World", payments: Iterable[Payment]) -> Iterator[Found]:
    """Checks that no refund waits for its next submission longer than the longest allowed pause."""
    latest = world.clock.now() + timedelta(seconds=WAIT_MAX_S)
    for payment in payments:
        for refund in payment.refunds:
            if refund.status is Status.GATEWAY_ERROR and refund.due_at is not None and refund.due_at > latest:
                yield "waits", payment.id, f"{refund.id} is not sent again before {refund.due_at}"


def _external_beside_open(world: "World", payments: Iterable[Payment]) -> Iterator[Found]:
    """Checks that a refund of our service is recorded as external only after it ended."""
    named = {
        refund.id: (payment.gateway, refund.idempotency_key.rpartition(":")[2])
        for payment in payments
        for refund in payment.refunds
        if refund.idempotency_key.startswith(EXTERNAL_KEY_PREFIX)
    }
    status: dict[str, str] = {}
    for change in world.servers.database.changes():
        for event in change.items:
            status[event.refund_id] = event.status
            if event.type is not EventType.EXTERNAL_REFUND_RECORDED or event.refund_id not in named:
                continue
            gateway, gateway_refund_id = named[event.refund_id]
            made = world.servers.gateways[gateway].server.refunds.get(gateway_refund_id)
            ours = ids.refund_of_attempt(made.reference) if made is not None and made.reference else ""
            if status.get(ours, "") in _AT_GATEWAY:
                yield "external", change.payment_id, f"{event.refund_id} is {ours}, which was {status[ours]}"


def _given_away(world: "World", payments: Iterable[Payment]) -> Iterator[Found]:
    """Yields a finding for each accepted request that made the refunds exceed the captured amount."""
    captured = {payment.id: payment.captured_amount for payment in payments}
    held: dict[str, dict[str, int]] = {}
    for change in world.servers.database.changes():
        of_payment = held.setdefault(change.payment_id, {})
        for event in change.items:
            if event.status in _NOTHING_HELD:
                of_payment.pop(event.refund_id, None)
            elif event.refund_id:
                of_payment[event.refund_id] = event.amount
        asked = [event.refund_id for event in change.items if event.type is EventType.REFUND_REQUESTED]
        if any(each in of_payment for each in asked) and sum(of_payment.values()) > captured[change.payment_id]:
            yield "given away", change.payment_id, f"{asked[0]} was accepted over what other refunds hold"


def _leased(world: "World", payment: Payment) -> Iterator[Found]:
    document = world.servers.database.payments.majority[payment.id]
    if document.due_at is None and document.lease:
        yield "lease", payment.id, "nothing is due, and it is still leased"


def _approved(refund: Refund) -> Iterator[tuple[str, str]]:
    people = [approval.by for approval in refund.approvals if approval.decision == DECISION_APPROVED]
    if len(set(people)) < len(people):
        yield "approval", f"{refund.id} counts one person twice"
    if refund.created_by in people or refund.submitted_by in people:
        yield "approval", f"{refund.id} is approved by who asked for it"


def _sent(refund: Refund, server: "LivingGateway", hints: int) -> Iterator[tuple[str, str]]:
    """Checks that each submission was stored before it was sent.

    As an exception, each worker that took a hint may send the first submission earlier.
    """
    for attempt in refund.attempts:
        lifetime = timedelta(seconds=server.key_lifetime_s)
        if attempt.first_sent_at is not None and attempt.at - attempt.first_sent_at > lifetime:
            yield (
                "key",
                f"{attempt.id} was sent at {attempt.at}, under a key that was first used at {attempt.first_sent_at}",
            )
        came, most = server.came.get(attempt.id, 0), attempt.tries - 1 + max(1, hints)
        if came > most:
            yield "sent", f"{attempt.id} came {came} times to its gateway, after {attempt.tries} tries were stored"
        if attempt.outcome == "refused" and attempt.id not in server.refused:
            yield "refused", f"{refund.id} ended as refused, and its gateway has refused nothing"


def _at_once(refund: Refund, server: "LivingGateway", hints: int, is_ordered: bool) -> Iterator[tuple[str, str]]:
    """Checks that no two workers call the gateway for one attempt at the same time.

    Three kinds of calls are excepted. The first are first submissions by workers that have a hint. The second are
    status queries that immediately follow a contradiction or a person's request. The third are status queries about a
    refund that was never found, because every process that retries a stored webhook may make one.
    """
    for attempt in refund.attempts:
        is_asked_at_once = attempt.doubts.contradictions > 0 or is_ordered or attempt.outcome == "not_found"
        for reference, before in server.at_once:
            is_sent = reference == attempt.id and before > hints
            if is_sent or (reference == asked(attempt.id) and not is_asked_at_once):
                yield "at once", f"{attempt.id} was taken up while another worker was at it"


def _timely(
    refund: Refund, server: "LivingGateway", events: dict[EventType, Acknowledged], tolerance: timedelta
) -> Iterator[tuple[str, str]]:
    acknowledged_at = min((event.stored_at for event in events.values()), default=None)
    completed = events.get(EventType.REFUND_COMPLETED)
    for attempt in refund.attempts:
        if acknowledged_at is not None and attempt.at > acknowledged_at + tolerance:
            yield "sent", f"{attempt.id} was sent again at {attempt.at}, acknowledged at {acknowledged_at}"
        if completed is None or attempt.id not in server.came:
            continue
        moved_at = server.moved_first_at.get(attempt.id)
        if moved_at is None or moved_at > completed.at + tolerance:
            yield "early", f"{refund.id} was completed at {completed.at}, its money moved at {moved_at}"
