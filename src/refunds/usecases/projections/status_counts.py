"""Counts the refunds of a batch of changes that came to a status, with their amounts. Pure; called by the relay."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from refunds.domain.payment.outbox import PaymentChange

StatusCounts: TypeAlias = Mapping[tuple[str, str], tuple[int, int]]
"""(Number of refunds, sum of their amounts in minor units) by (status, ISO 4217 currency)."""


def count_statuses(changes: Iterable[PaymentChange]) -> StatusCounts:
    """Counts each event that changes a refund's status once, under the new status."""
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for change in changes:
        for event in change.items:
            if event.refund_id and event.status != event.from_status:
                key = (event.status, change.currency)
                number, minor_units = counts.get(key, (0, 0))
                counts[key] = (number + 1, minor_units + event.amount)
    return counts
