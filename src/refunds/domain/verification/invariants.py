"""Checks the invariants of a stored payment.

`verify_invariants` applies these checks to the whole database. Each check yields one finding for each violation. A
finding names the payment or refund only by ids and amounts. The module does no I/O.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from refunds.domain import ids
from refunds.domain.finding import Finding
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.payment.payment import Work, earliest
from refunds.domain.payment.states import FINAL, WAITS_FOR_PERSON, ReservationEffect, Status, reservation_effect_of
from refunds.domain.verification import payment_findings as found
from refunds.domain.verification.longest_waits import LongestWaits
from refunds.domain.verification.payment_snapshot import StoredPayment, StoredRefund

DUE_AHEAD_MAX = timedelta(days=168)
"""The longest wait that parameters allow. It is 24 times the maximum of `gateway_pending_ask_delay_s`, a week."""

CLAIM_LEASE_MAX = timedelta(hours=1)
"""The maximum time by which a claim may move a payment's `due_at` beyond the current time."""


def broken_amounts(stored: StoredPayment) -> Iterator[Finding]:
    """Checks that the reserved and the refunded amount are right and do not exceed the captured amount.

    Each of the two must equal the sum of the refunds with that effect. If a refund has a status of a later release, the
    only finding is about that status.
    """
    amounts = dict.fromkeys(ReservationEffect, 0)
    for refund in stored.refunds:
        effect = reservation_effect_of(refund.state.status)
        if effect is None:
            yield found.StatusUnknownHere(refund_id=refund.state.id, status=refund.state.status)
            return
        amounts[effect] += refund.state.amount
    reserved, refunded = amounts[ReservationEffect.RESERVED], amounts[ReservationEffect.REFUNDED]
    if reserved != stored.reserved_amount:
        yield found.ReservedDiffers(payment_id=stored.id, stored=stored.reserved_amount, of_refunds=reserved)
    if refunded != stored.refunded_amount:
        yield found.RefundedDiffers(payment_id=stored.id, stored=stored.refunded_amount, of_refunds=refunded)
    if stored.reserved_amount + stored.refunded_amount > stored.captured_amount:
        over = stored.reserved_amount + stored.refunded_amount
        yield found.CapturedExceeded(payment_id=stored.id, used=over, captured=stored.captured_amount)


def repeated_keys(stored: StoredPayment) -> Iterator[Finding]:
    """Checks that no idempotency key occurs twice within a payment."""
    seen: set[str] = set()
    for refund in stored.refunds:
        if refund.idempotency_key in seen:
            yield found.KeyRepeated(refund_id=refund.state.id)
        seen.add(refund.idempotency_key)


def stuck_refunds(stored: StoredPayment) -> Iterator[Finding]:
    """Checks that every refund is final, waits for a person, or is due at some time."""
    for refund in stored.refunds:
        if refund.due_at is None and _work_of(refund) is not None:
            yield found.WaitsForNothing(refund_id=refund.state.id, status=refund.state.status)


def due_at_mismatches(stored: StoredPayment, now: datetime, waits: LongestWaits | None = None) -> Iterator[Finding]:
    """Checks that each refund is due for the work that its status needs, and not too late.

    A refund may not be due later than the longest wait allows. If `waits` is None, DUE_AHEAD_MAX is the longest wait.
    The payment must be due at the same time and for the same work as the refund that is due first. But the lease of a
    claim may move the payment's own `due_at` to a later time.
    """
    for refund in stored.refunds:
        work = _work_of(refund)
        if refund.due_for != (work or "") or (work is None and refund.due_at is not None):
            yield found.DueForOtherWork(refund_id=refund.state.id, status=refund.state.status, due_for=refund.due_for)
        ahead_max = waits.of(refund) if waits is not None else DUE_AHEAD_MAX
        if refund.due_at is not None and refund.due_at > now + ahead_max:
            yield found.DueTooLate(refund_id=refund.state.id, due_at=refund.due_at)
    first = earliest((refund.due_at, _work_of(refund)) for refund in stored.refunds)
    due_at, due_for = first or (None, "")
    is_claimed = stored.is_claimed and due_at and stored.due_at and due_at < stored.due_at <= now + CLAIM_LEASE_MAX
    if stored.due_for != due_for or (stored.due_at != due_at and not is_claimed):
        yield found.PaymentDueOtherwise(payment_id=stored.id, due_at=stored.due_at, first_of_refunds=due_at)


def _work_of(refund: StoredRefund) -> Work | None:
    """Returns the work that the status of the refund needs, or None.

    A final refund needs work only while a contradiction is open.
    """
    status = refund.state.status
    if status in FINAL and refund.is_in_question:
        return Work.GATEWAY
    if status in FINAL or status in WAITS_FOR_PERSON:
        return None
    return Work.REVIEW if status == Status.SUBMITTED else Work.GATEWAY


def version_mismatches(stored: StoredPayment) -> Iterator[Finding]:
    """Checks that the last write made the payment's current version.

    If an older release did not record the version of the last write, the events are compared instead.
    """
    events = [event for refund in stored.refunds for event in refund.history]
    events += stored.latest.items if stored.latest is not None else ()
    last = max(((ids.event_version(stored.id, event.id), event.id) for event in events), default=(1, ""))
    _, _, written = stored.last_write.rpartition(".")
    if written.isdecimal() and "." in stored.last_write:
        is_right = int(written) == stored.version >= last[0]
    elif not stored.last_write:
        is_right = stored.version == 1
    elif ids.event_write(stored.id, last[1]) == stored.last_write:
        is_right = stored.version == last[0]
    else:
        is_right = stored.version > last[0]
    if not is_right:
        yield found.VersionDiffers(payment_id=stored.id, version=stored.version)


def route_mismatches(stored: StoredPayment) -> Iterator[Finding]:
    """Checks that the payment's route follows from its id, and that the ids of its refunds contain the same route."""
    route = ids.payment_route(stored.id)
    if stored.route != route:
        yield found.RouteDiffers(payment_id=stored.id)
    for refund in stored.refunds:
        named = ids.route_of(refund.state.id)
        if named is not None and named.payment_route != route:
            yield found.RefundLeadsElsewhere(refund_id=refund.state.id)


def broken_postings(stored: StoredPayment, entries: Iterable[LedgerEntry]) -> Iterator[Finding]:
    """Checks that each ledger entry of the payment sums to zero in the payment's currency.

    Also checks that the gateway's account contains the captured minus the refunded amount.
    """
    at_gateway = 0
    for entry in entries:
        at_gateway += entry.gateway_amount
        if entry.gateway_amount + entry.merchant_amount != 0 or entry.currency != stored.currency:
            yield found.EntryOffBalance(entry_id=entry.id, currency=stored.currency)
    if at_gateway != stored.captured_amount - stored.refunded_amount:
        expected = stored.captured_amount - stored.refunded_amount
        yield found.GatewayBalanceDiffers(payment_id=stored.id, ledger=at_gateway, payment=expected)
