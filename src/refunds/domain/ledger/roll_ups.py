"""Counts events and sums their amounts by day, merchant and the dimensions of reports.

The relay calls this module for each batch. A cell is the count and sum for one combination of dimensions, which include
the statuses before and after the change. A capture counts as a change from nothing to `captured`. An event that does
not change the status is not counted, for example one approval of several. So the cells of a status sum to the number of
refunds that reached it. Earlier releases counted such an event as a change from a status to itself.

All unknown gateways are counted as one, and so are all unknown reason codes. So a merchant's day has a limited number
of cells. All functions are pure.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.settings.reason_codes import MADE_AT_GATEWAY, REASON_CODES

REASONS = frozenset({*REASON_CODES, MADE_AT_GATEWAY})
"""Reason codes that are counted by name. Codes that tenants added are counted as OTHER."""
GATEWAYS = frozenset({"sandbox", "stripe", "adyen", "fiserv", "paypal", "bank", "balance"})
OTHER = "other"


class RollUpKey(NamedTuple):
    """The key of the roll-up of one merchant on one day (UTC)."""

    day: date
    merchant_id: str
    path: tuple[str, ...]


class RollUpDimensions(NamedTuple):
    """The dimensions by which the events of a merchant's day are counted. `reason` is empty for captures."""

    payment_method: str
    gateway: str
    currency: str
    reason: str
    from_status: str
    status: str

    @property
    def is_change(self) -> bool:
        """True if the cell counts changes of status.

        Earlier releases also stored cells for events that did not change a status. For such cells, the result is False.
        """
        return self.from_status != self.status


class CountAndSum(Struct):
    """The number of events, and the sum of their amounts in minor units."""

    count: int = 0
    amount: int = 0


def roll_up(changes: Iterable[PaymentChange]) -> dict[RollUpKey, dict[RollUpDimensions, CountAndSum]]:
    """Returns the counts and sums that these changes add to each cell of each roll-up."""
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
