"""Counts and amounts of events by day, merchant and the dimensions of reports.

Called by the relay for each batch. A cell is one change of status of one kind of refund; a capture counts as a change
from nothing to `captured`. An event that changes no status (one approval of several, a contradiction) is in no cell, so
that the cells that lead to a status sum to the number of times that refunds reached it; earlier releases counted such
events, too, from a status to itself. Codes that callers choose freely are mapped to known ones, so that the number of
cells of a merchant's day is bounded. Pure.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.settings.reason_codes import MADE_AT_GATEWAY, REASON_CODES

REASONS = frozenset({*REASON_CODES, MADE_AT_GATEWAY})
"""Counted by name; codes that tenants added are counted as OTHER."""
GATEWAYS = frozenset({"sandbox", "stripe", "adyen", "fiserv", "paypal", "bank", "balance"})
OTHER = "other"


class RollUpKey(NamedTuple):
    """One merchant's day (UTC)."""

    day: date
    merchant_id: str
    path: tuple[str, ...]


class RollUpDimensions(NamedTuple):
    """The dimensions by which a merchant's day is counted. `reason` is empty for captures."""

    payment_method: str
    gateway: str
    currency: str
    reason: str
    from_status: str
    status: str

    @property
    def is_change(self) -> bool:
        """False for what earlier releases counted of events that changed no status."""
        return self.from_status != self.status


class CountAndSum(Struct):
    """Number of events, and the sum of their amounts in minor units of the cell's currency."""

    count: int = 0
    amount: int = 0


def roll_up(changes: Iterable[PaymentChange]) -> dict[RollUpKey, dict[RollUpDimensions, CountAndSum]]:
    """The counts and sums that the changes add to the roll-ups."""
    days: dict[tuple[date, str], tuple[RollUpKey, dict[RollUpDimensions, CountAndSum]]] = {}
    for change in changes:
        gateway = change.gateway if change.gateway in GATEWAYS else OTHER
        reasons = {state.id: state.reason if state.reason in REASONS else OTHER for state in change.refunds}
        for event in change.items:
            if event.from_status == event.status:
                continue
            day = (event.at.date(), change.merchant_id)
            if day not in days:
                days[day] = (RollUpKey(*day, change.path), {})
            cells = days[day][1]
            cell = RollUpDimensions(
                change.payment_method,
                gateway,
                change.currency,
                reasons.get(event.refund_id, ""),
                event.from_status,
                event.status,
            )
            tally = cells.get(cell)
            if tally is None:
                tally = cells[cell] = CountAndSum()
            tally.count += 1
            tally.amount += event.amount
    return dict(days.values())
