"""Stores signed webhooks that can never be decoded, for an operator.

gateway-integration stores and counts them. The command line lists them and removes those that an operator has dealt
with. The store is bounded. If it is full, it refuses further webhooks, so the gateway delivers them again later.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from refunds.domain.errors import Unavailable

BODY_BYTES_MAX = 64 * 1024
KEPT_MAX = 10_000


@dataclass(kw_only=True, eq=False)
class UnreadWebhooksFull(Unavailable):
    """The store of unread webhooks is full, so nothing was stored."""


class UnreadWebhook(Struct, frozen=True, kw_only=True):
    """A webhook that can never be decoded.

    `body` is as it was received, but it is truncated if `is_cut` is True. `why` contains nothing of the body.
    """

    gateway: str
    webhook_id: str
    received_at: datetime
    why: str
    body: bytes = field(repr=False)
    is_cut: bool = False


def unread(*, gateway: str, webhook_id: str, received_at: datetime, why: str, body: bytes) -> UnreadWebhook:
    """Returns the record of a webhook with its body truncated to `BODY_BYTES_MAX` bytes."""
    return UnreadWebhook(
        gateway=gateway,
        webhook_id=webhook_id,
        received_at=received_at,
        why=why,
        body=body[:BODY_BYTES_MAX],
        is_cut=len(body) > BODY_BYTES_MAX,
    )


class UnreadWebhooks(Protocol):
    """Stores webhooks that can never be decoded."""

    async def keep(self, webhook: UnreadWebhook) -> bool:
        """Stores the webhook durably and returns True.

        Returns False if a webhook with this gateway and id is already stored. Raises UnreadWebhooksFull if the store is
        full, or OutcomeUnknown if the write may have failed.
        """
        ...

    async def count(self) -> int:
        """Returns the number of stored webhooks. Raises StoreUnavailable."""
        ...

    async def oldest(self, count_max: int, whys: Collection[str] = ()) -> Sequence[UnreadWebhook]:
        """Returns the first `count_max` webhooks in the order in which they were received.

        If `whys` is not empty, only webhooks stored for one of these reasons are returned. Raises StoreUnavailable.
        """
        ...

    async def find(self, gateway: str, webhook_id: str) -> UnreadWebhook | None:
        """Returns the webhook with this gateway and id, or None if it is not stored. Raises StoreUnavailable."""
        ...

    async def remove(self, gateway: str, webhook_id: str) -> bool:
        """Removes a webhook. Returns False if the webhook is not stored. Raises OutcomeUnknown."""
        ...
