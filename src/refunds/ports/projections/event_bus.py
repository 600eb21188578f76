"""Publishes events of payments and refunds to other systems.

Events are delivered at least once and in no order. So consumers must drop events whose id they already have, and order
events by `payment_version`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from refunds.domain.errors import Unavailable


class BusUnavailable(Unavailable):
    """The bus did not confirm all events, so all of them must be published again."""


class BusEvent(Struct, frozen=True, kw_only=True):
    """An event for other systems, without personal data and card data.

    The amount is in minor units. `refund_id` is empty if the event is about a payment.
    """

    id: str
    type: str
    at: datetime
    merchant_id: str
    tenant_path: tuple[str, ...]
    payment_id: str
    payment_version: int
    refund_id: str
    from_status: str
    status: str
    amount: int
    currency: str
    code: str
    gateway: str
    payment_method: str


class EventBus(Protocol):
    """Publishes events on one bus."""

    async def publish(self, events: Sequence[BusEvent]) -> None:
        """Publishes the events and returns when the bus has confirmed all of them. Raises BusUnavailable."""
        ...
