"""Counts and amounts of events by day, merchant and what reports group by, kept up to date event by event.

Called by the relay for each batch. A cell is one change of status of one kind of refund; captures count as a change
from nothing to `captured`. An event that changes no status (an approval of several, a contradiction) is in no cell, so
that the cells that lead to a status sum to how often refunds came to it; earlier releases counted those, too, from a
status to itself. Codes that callers may choose freely are cut down to known ones, so that the number of cells of a
merchant's day stays bounded. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from refunds.domain.payment.outbox import PaymentChange

REASONS = frozenset(
    {
        "requested_by_customer",
        "duplicate",
        "fraudulent",
        "product_not_received",
        "product_unacceptable",
        "order_canceled",
        "subscription_canceled",
        "price_adjustment",
        "goodwill",
        "made_at_gateway",
    }
)
GATEWAYS = frozenset({"sandbox", "stripe", "adyen", "fiserv", "paypal", "bank", "balance"})
OTHER = "other"


class RollUpKey(NamedTuple):
    """One merchant's day (UTC)."""

    day: date
    merchant_id: str
    path: tuple[str, ...]


class RollUpDimensions(NamedTuple):
    """What is counted apart within a merchant's day. `reason` is empty for captures."""

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


@dataclass(slots=True)
class CountAndSum:
    """How many events, and their amounts in minor units of the cell's currency."""

    count: int = 0
    amount: int = 0


def roll_up(changes: Iterable[PaymentChange]) -> dict[RollUpKey, dict[RollUpDimensions, CountAndSum]]:
    """The tallies by which the changes raise the roll-ups."""
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
