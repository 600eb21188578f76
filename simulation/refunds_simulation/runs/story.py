"""Writes the story of one payment, which is the readable list of what happened in a simulation.

Each line states when, who, what and with which outcome. The story includes the faults and restarts of that time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.payment.payment import Payment
from refunds_simulation.machine.host import START
from refunds_simulation.machine.trace import Entry

if TYPE_CHECKING:
    from refunds_simulation.world.world import World

LINES_MAX = 400
AROUND_S = 120.0
"""The story includes faults from this many seconds before the payment's first event to as many after its last."""

SURROUNDINGS = ("fault ", "end of ", "process.", "faults stop", "fail-over")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The lines of a story, from earliest to latest. `payment_id` is empty if no violation names a payment."""

    payment_id: str
    lines: Sequence[str]


def story_of(world: "World") -> Story:
    """Returns the story of the first payment that a violation names.

    If no violation names a payment, the story has only processes and faults.
    """
    known = {document.payment.id: document.payment for document in world.servers.database.payments.local.values()}
    named = [_payment_of(violation.subject, known.values()) for violation in world.findings.violations]
    payment_id = next((each for each in named if each), "")
    payment = known.get(payment_id)
    names = [payment_id]
    if payment is not None:
        names += [payment.gateway_payment_id, *(refund.id for refund in payment.refunds)]
    changes = [change for change in world.servers.database.changes() if change.payment_id == payment_id]
    lines = [*_entries(world.trace.entries, names), *_events(changes)]
    if lines:
        first, last = min(lines)[0] - AROUND_S, max(lines)[0] + AROUND_S
    else:
        first, last = 0.0, world.loop.time()
    lines += _surroundings(world.trace.entries, first, last)
    ordered = [line for _, line in sorted(lines)]
    return Story(payment_id=payment_id, lines=ordered[-LINES_MAX:])


def _payment_of(subject: str, known: Iterable[Payment]) -> str:
    """Returns the payment's id if `subject` is the id of a payment, refund or attempt. Otherwise returns ""."""
    for payment in known:
        refunds = [refund.id for refund in payment.refunds]
        attempts = [attempt.id for refund in payment.refunds for attempt in refund.attempts]
        if subject in (payment.id, *refunds, *attempts):
            return payment.id
    return ""


def _entries(entries: Iterable[Entry], names: Sequence[str]) -> Iterator[tuple[float, str]]:
    wanted = [name for name in names if name]
    for entry in entries:
        if any(name in entry.subject for name in wanted):
            yield entry.at_s, _line(entry.at_s, entry.who, f"{entry.what} {entry.subject}", entry.outcome or "done")


def _events(changes: Iterable[PaymentChange]) -> Iterator[tuple[float, str]]:
    for change in changes:
        for event in change.items:
            what = f"{event.type} {event.refund_id or change.payment_id} by {event.actor}"
            outcome = (
                f"{event.from_status or '-'} -> {event.status} over {event.amount} {event.code} (v{change.version})"
            )
            yield _seconds(event.at), _line(_seconds(event.at), "stored", what, outcome)


def _surroundings(entries: Iterable[Entry], first: float, last: float) -> Iterator[tuple[float, str]]:
    for entry in entries:
        if first <= entry.at_s <= last and entry.what.startswith(SURROUNDINGS):
            yield entry.at_s, _line(entry.at_s, entry.who, entry.what, entry.outcome)


def _seconds(at: datetime) -> float:
    return (at - START).total_seconds()


def _line(at_s: float, who: str, what: str, outcome: str) -> str:
    hours, rest = divmod(at_s, 3600.0)
    minutes, seconds = divmod(rest, 60.0)
    return f"{int(hours):02d}:{int(minutes):02d}:{seconds:06.3f}  {who:<14} {what}: {outcome}"
