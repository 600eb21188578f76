"""Signed webhooks whose content can never be read, kept for an operator.

gateway-integration keeps and counts them; the command line lists them and removes those that were looked after.

Bounded: a store that is full takes no other, so that the gateway keeps the webhook and delivers it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from refunds.domain.errors import Unavailable

BODY_BYTES_MAX = 64 * 1024
KEPT_MAX = 10_000


@dataclass(kw_only=True, eq=False)
class UnreadWebhooksFull(Unavailable):
    """There is no room: nothing was kept."""

    @property
    def message(self) -> str:
        return "Too many webhooks that cannot be read wait for an operator; deliver this one again later."


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadWebhook:
    """One webhook; `body` as it came, its end missing where `is_cut`. `why` repeats nothing of the body."""

    gateway: str
    webhook_id: str
    received_at: datetime
    why: str
    body: bytes = field(repr=False)
    is_cut: bool = False


def unread(*, gateway: str, webhook_id: str, received_at: datetime, why: str, body: bytes) -> UnreadWebhook:
    """The record of a webhook, its body cut at `BODY_BYTES_MAX`."""
    return UnreadWebhook(
        gateway=gateway,
        webhook_id=webhook_id,
        received_at=received_at,
        why=why,
        body=body[:BODY_BYTES_MAX],
        is_cut=len(body) > BODY_BYTES_MAX,
    )


class UnreadWebhooks(Protocol):
    """The store."""

    async def keep(self, webhook: UnreadWebhook) -> bool:
        """Stores it durably, once for each gateway and webhook id; False where it is there already.

        UnreadWebhooksFull, OutcomeUnknown.
        """
        ...

    async def count(self) -> int:
        """How many are kept. StoreUnavailable."""
        ...

    async def oldest(self, count_max: int) -> Sequence[UnreadWebhook]:
        """At most so many, the one received first first. StoreUnavailable."""
        ...

    async def find(self, gateway: str, webhook_id: str) -> UnreadWebhook | None:
        """The one of this gateway and webhook id; None where none is kept. StoreUnavailable."""
        ...

    async def remove(self, gateway: str, webhook_id: str) -> bool:
        """Removes the one that a person has looked after; False where none is kept. OutcomeUnknown."""
        ...
