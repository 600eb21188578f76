"""The bus that publishes events of payments and refunds to other systems.

Events are delivered at least once and in no order: consumers deduplicate by id and order by `payment_version`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from refunds.domain.errors import Unavailable


class BusUnavailable(Unavailable):
    """The bus did not confirm all events: all of them must be published again."""


class BusEvent(Struct, frozen=True, kw_only=True):
    """One event for other systems, without personal or card data.

    Amount in minor units; `refund_id` empty for payments.
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
    """One bus."""

    async def publish(self, events: Sequence[BusEvent]) -> None:
        """Returns when the bus has confirmed all events. Raises BusUnavailable."""
        ...
