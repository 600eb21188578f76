"""Counts the refunds that a batch of changes brought to each status, and adds up their amounts.

The relay calls this pure function.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from refunds.domain.payment.outbox import PaymentChange

StatusCounts: TypeAlias = Mapping[tuple[str, str], tuple[int, int]]
"""Maps (status, ISO 4217 currency) to (number of refunds, sum of their amounts in minor units)."""


def count_statuses(changes: Iterable[PaymentChange]) -> StatusCounts:
    """Counts the events that change a refund's status and sums their amounts, by new status and currency."""
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for change in changes:
        for event in change.items:
            if event.refund_id and event.status != event.from_status:
                key = (event.status, change.currency)
                number, minor_units = counts.get(key, (0, 0))
                counts[key] = (number + 1, minor_units + event.amount)
    return counts
