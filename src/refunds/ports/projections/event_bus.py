"""The bus that tells other systems what happened to payments and refunds.

Events come at least once and in no order: whoever listens keeps their ids, and `payment_version` says which is later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from refunds.domain.errors import Unavailable


class BusUnavailable(Unavailable):
    """The bus did not take all that it was given, or did not say so: it is to be given all of it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusEvent:
    """One event as outsiders get it: no person, no card. Amount in minor units; `refund_id` empty for a payment's."""

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
        """Returns when the bus has taken all of them. BusUnavailable."""
        ...
