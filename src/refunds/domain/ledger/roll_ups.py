"""Counts and sums events by day, merchant and the dimensions of reports. Pure; the relay calls it for each batch.

A cell counts one change of status of one kind of refund; a capture counts as a change from nothing to `captured`. An
event without a change of status (e.g. one approval of several) is in no cell, so the cells of a status sum to the
number of refunds that reached it. Earlier releases counted such events as a change from a status to itself. Codes that
callers choose freely are mapped to known ones, so that a merchant's day has a bounded number of cells.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.settings.reason_codes import MADE_AT_GATEWAY, REASON_CODES

REASONS = frozenset({*REASON_CODES, MADE_AT_GATEWAY})
"""Reason codes that are counted by name; codes that tenants added are counted as OTHER."""
GATEWAYS = frozenset({"sandbox", "stripe", "adyen", "fiserv", "paypal", "bank", "balance"})
OTHER = "other"


class RollUpKey(NamedTuple):
    """Identifies the roll-up of one merchant for one day (UTC)."""

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
        """False for cells of earlier releases that count events without a change of status."""
        return self.from_status != self.status


class CountAndSum(Struct):
    """Number of events, and the sum of their amounts in minor units of the cell's currency."""

    count: int = 0
    amount: int = 0


def roll_up(changes: Iterable[PaymentChange]) -> dict[RollUpKey, dict[RollUpDimensions, CountAndSum]]:
    """Returns the counts and sums that these changes add, per roll-up and cell."""
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
