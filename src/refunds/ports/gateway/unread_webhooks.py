"""Signed webhooks whose content can never be decoded, stored for an operator.

gateway-integration stores and counts them; the command line lists them and removes those that are dealt with. The store
is bounded: when it is full it refuses more, so that the gateway delivers the webhook again.
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
    """The store is full: nothing was stored."""


class UnreadWebhook(Struct, frozen=True, kw_only=True):
    """One webhook; `body` as received, truncated if `is_cut`. `why` contains nothing of the body."""

    gateway: str
    webhook_id: str
    received_at: datetime
    why: str
    body: bytes = field(repr=False)
    is_cut: bool = False


def unread(*, gateway: str, webhook_id: str, received_at: datetime, why: str, body: bytes) -> UnreadWebhook:
    """Returns the record of a webhook, its body truncated at `BODY_BYTES_MAX`."""
    return UnreadWebhook(
        gateway=gateway,
        webhook_id=webhook_id,
        received_at=received_at,
        why=why,
        body=body[:BODY_BYTES_MAX],
        is_cut=len(body) > BODY_BYTES_MAX,
    )


class UnreadWebhooks(Protocol):
    """The store of webhooks that could not be read."""

    async def keep(self, webhook: UnreadWebhook) -> bool:
        """Stores the webhook durably, once for each gateway and webhook id; False if it is already stored.

        Raises UnreadWebhooksFull, OutcomeUnknown.
        """
        ...

    async def count(self) -> int:
        """Returns how many webhooks are stored. Raises StoreUnavailable."""
        ...

    async def oldest(self, count_max: int, whys: Collection[str] = ()) -> Sequence[UnreadWebhook]:
        """Returns at most `count_max` webhooks, in the order in which they were received. Raises StoreUnavailable.

        With `whys`, only those that were stored for one of these reasons.
        """
        ...

    async def find(self, gateway: str, webhook_id: str) -> UnreadWebhook | None:
        """Returns the webhook of this gateway and id; None if it is not stored. Raises StoreUnavailable."""
        ...

    async def remove(self, gateway: str, webhook_id: str) -> bool:
        """Removes a webhook that a person has dealt with; False if it is not stored. Raises OutcomeUnknown."""
        ...
